#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# rx-gro-list: a card hands on UDP as a list of packets (SKB_GSO_FRAGLIST), each
# with a header of its own and with as much room in front of it as its driver
# left. Each arrives as it was, both ways through CE and border relay, with a
# mark of the outer header (RFC 6040, section 4.2).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"
. "$TESTS/map/lists.sh"

need_cmd nft jq ethtool

topo_up
lists_up
# GRO leaves UDP alone that a device of this machine has encapsulated, unless
# all that the skb knew of that was lost on a real wire.
lists_wire ce1 2001:db8:f:1::1/64 "2001:db8:12:3400::/56 via 2001:db8:f:1::2"
lists_wire tobr 2001:db8:f:ff::1/64 "$BR6/128 via 2001:db8:f:ff::2"
lists_on "$ce" lan wan
lists_on "$br" wan out
check "warm up" pings "$lan" $SRV4
for size in 1200 1400; do
	lists_both_ways "$size bytes" "$size"
done
check "lists came in by the LAN: $(lists_seen "$ce" lan)" test "$(lists_seen "$ce" lan)" -gt 0
check "lists came in by the tunnel: $(lists_seen "$ce" wan)" test "$(lists_seen "$ce" wan)" -gt 0
check "lists came in from the Internet: $(lists_seen "$br" out)" test "$(lists_seen "$br" out)" -gt 0

nsx "$core" nft -f - <<-'NFT'
table ip6 router {
	chain forward {
		type filter hook forward priority 0
		ip6 nexthdr 4 ip6 ecn set ce
	}
}
NFT
BLAST_TOS=2
lists_both_ways "congestion experienced" 1200 3
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
