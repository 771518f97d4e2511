#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CE with an IPv4 prefix: hosts with an address of it are left alone, others
# get the first one, with all of its ports and for every protocol.

# shellcheck disable=SC2034 # for snat-lib.sh
SNAT_RULE="ipv6 2001:db8::/40 ipv4 192.0.0.0/16 ea-len 8"
# shellcheck disable=SC2034
SNAT_MAP6=2001:db8:12:0:0:c000:1200:0
. "$(dirname "$0")/topo.sh"
CE4=192.0.18.0
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80
ip -n "$br" route add 192.0.18.0/24 dev map0
# A part of the prefix is on the LAN.
ip -n "$ce" addr add 192.0.18.129/25 dev lan
ip -n "$lan" addr add 192.0.18.130/25 dev eth0

for proto in tcp udp; do
	check "$proto: from inside the prefix" holds in-$proto "$lan" $proto $SRV4 80 1 -b 192.0.18.130 -p 999
	check_eq "$proto: nothing is changed" "$(outer in-$proto)" "192.0.18.130 999"
	check "$proto: from a private address" holds out-$proto "$lan" $proto $SRV4 80 1 -b $LAN4 -p 998
	check_eq "$proto: the first address, and the same port" "$(outer out-$proto)" "$CE4 998"
done
answers "$lan" 7000
check "from outside to inside the prefix" holds from "$srv" tcp 192.0.18.130 7000 1

counter_now snat_bound
snat "$lan" send gre $SRV4 0 1 -b $LAN4
counter_more "a protocol without ports is translated, too" snat_bound 1
check_eq "to the first address" "$(nsx "$ce" conntrack -L -p gre 2>/dev/null | grep -c "dst=$CE4")" 1

check "some ports are reserved" mapctl -n "$ce" dev set map0 snat-reserve 40000-40100
check "from inside the prefix" holds rin "$lan" udp $SRV4 80 1 -b 192.0.18.130 -p 40000
check_eq "that means nothing" "$(outer rin)" "192.0.18.130 40000"
check "from a private address" holds rout "$lan" udp $SRV4 80 101 -b $LAN4 -p 40000
check_own "they are avoided" 101 0 outer rout
check_fails "all of them" grep -Eq ' 40(0..|100)$' "$HOLDS/rout"
check_no_drops "nothing was dropped" "$ce"

# Addresses of the prefix that nobody has are routed back to the device.
counter_now tx_packets
counter_now tx_own_destination
snat "$srv" send udp 192.0.18.5 9 1
counter_more "an unused address of the prefix is refused" tx_own_destination 1
check_eq "nothing goes back" "$(counter "$ce" tx_packets)" "${COUNTED[tx_packets]}"
finish
