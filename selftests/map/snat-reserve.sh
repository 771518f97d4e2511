#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Reserved ports: source NAT does not give them out, DNAT into them works and
# so does a server of the CE's own.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
need_cmd nft
answers "$srv" 80
answers "$lan" 7000

check "the first range and a port are reserved" \
	mapctl -n "$ce" dev set map0 snat-reserve "4928-4943,9024"
check_match "and shown" "4928-4943" mapctl -n "$ce" dev show map0

check "all that are left are used" holds all "$lan" udp $SRV4 80 223
check_own "223 of 240" 223 0x34 outer all
check_fails "none of them reserved" grep -Eq ' (49(2[89]|3.|4[0-3])|9024)$' "$HOLDS/all"
counter_now snat_exhausted
snat "$lan" send udp $SRV4 80 1 -p 31000
counter_more "one more is dropped" snat_exhausted 1

check "a source port that is reserved" holds other "$lan" udp $SRV4_2 80 1 -p 4928
check_fails "is not kept" grep -q " 4928\$" "$HOLDS/other"

nsx "$ce" nft -f - <<-NFT
	table ip t {
		chain pre {
			type nat hook prerouting priority dstnat;
			iifname map0 meta l4proto { tcp, udp } th dport 4930 dnat to $LAN4:7000
		}
	}
NFT
for proto in tcp udp; do
	check "$proto: the LAN's server by a reserved port" holds "in-$proto" "$srv" $proto $CE4 4930 3
	check_fails "$proto: it sees who comes" grep -qv "^$SRV4 \|^ready" "$HOLDS/in-$proto"
done

# The CE's own server, on a reserved port: answers and calls from there.
answers "$ce" 4931
for proto in tcp udp; do
	check "$proto: the CE's server by a reserved port" holds "own-$proto" "$srv" $proto $CE4 4931 3
done
check "the CE calls from its reserved port" holds call "$ce" udp $SRV4_2 80 1 -b $CE4 -p 4932
check_eq "which it keeps" "$(outer call)" "$CE4 4932"

check "nothing is reserved any more" mapctl -n "$ce" dev set map0 snat-reserve none
release all
nsx "$ce" conntrack -F >/dev/null 2>&1
check "the whole set is used again" holds whole "$lan" udp $SRV4 80 240
check_own "240 of 240" 240 0x34 outer whole
finish
