#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# RFC 4787, REQ-1 and REQ-3, as far as 240 ports go: a source has one port
# towards all destinations, and no two sources share one, until there is no
# unused port left. Then ports are shared, by destination.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80 81

# different N FILE...: so many outer ports, all of them different
different() {
	local n=$1
	shift
	[[ $(for f; do outer "$f"; done | sort -u | wc -l) -eq $n ]]
}

for proto in udp tcp; do
	check "$proto: 120 sources to one address" holds a-$proto "$lan" $proto $SRV4 80 120 -p 20000
	check "$proto: 100 others to another" holds b-$proto "$lan" $proto $SRV4_2 80 100 -p 30000
	check "$proto: no port is shared" different 220 a-$proto b-$proto
	ports=$(outer b-$proto)
	release b-$proto
	check "$proto: the same sources to where half of the ports are taken" holds c-$proto "$lan" $proto $SRV4 80 100 -p 30000
	check_eq "$proto: each has the port that it had" "$(outer c-$proto)" "$ports"
	release c-$proto
	check "$proto: and to another port" holds d-$proto "$lan" $proto $SRV4 81 100 -p 30000
	check_eq "$proto: that one, too" "$(outer d-$proto)" "$ports"
	check "$proto: more than there are unused ports" holds e-$proto "$lan" $proto $SRV4_2 81 120 -p 40000
	check_own "$proto: all of them have one" 120 0x34 outer e-$proto
done
check_no_drops "nothing is dropped" "$ce"

# Filtering is conntrack's: by address and port (RFC 4787, REQ-8).
release a-udp
check "udp: a flow" holds filter "$lan" udp $SRV4 80 1 -p 20000
capture lan "$lan" eth0 "udp and src net 198.51.100.0/24"
port=$(outer filter | cut -d' ' -f2)
snat "$srv" send udp $CE4 "$port" 1 -b $SRV4_2 -p 80
snat "$srv" send udp $CE4 "$port" 1 -b $SRV4 -p 82
snat "$srv" send udp $CE4 "$port" 1 -b $SRV4 -p 80
check_seen "its other end gets in" "^IP $SRV4.80 > " lan
check_eq "nobody did before it" "$(captured_count lan)" 1
finish
