#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# A device that is down, or was never up, owns nothing: its packets, and ICMPv6
# errors about them, are another tunnel's with the same addresses (ip6_tunnel).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft
need_module ip6_tunnel
topo_up
check "up: ping" pings "$lan" $SRV4
ip_batch "$ce" <<-EOF
	link set map0 down
	addr flush dev map0
	link add tnl type ip6tnl mode ipip6 local $CE6 remote $BR6 encaplimit none
	link set tnl up
	addr add $CE4/32 dev tnl
	route replace default dev tnl
EOF
nsx "$ce" nft "table ip own { chain post { type nat hook postrouting priority 100; oifname tnl meta l4proto { tcp, udp, icmp } snat to $CE4:$PORT-$((PORT + 15)); }; }"
packets=$(counter "$ce" rx_packets) errors=$(counter "$ce" rx_icmp_ignored)
check "down: an ip6tnl with its addresses receives" pings "$lan" $SRV4
narrow tobr 1400
check_fails "a packet that is too long for the path" ping_df "$lan" 1400
check_eq "the device received nothing" "$(counter "$ce" rx_packets)" "$packets"
check_eq "and took no ICMPv6 error" \
	"$(counter "$ce" rx_icmp_relayed) $(counter "$ce" rx_icmp_ignored)" "0 $errors"
check "an address that is down is still taken for other map devices" \
	mapctl -n "$ce" dev add other mode ipip local 2001:db8:f:1::2 remote $BR6
check_refused "as it is" "another map device" \
	mapctl -n "$ce" dev add ip1 mode ipip local 2001:db8:f:1::2 remote $BR6
ip -n "$ce" link del tnl
ip_batch "$ce" <<-EOF
	link set map0 up
	addr add $CE4/32 dev map0
	route replace default dev map0
EOF
check "up again: ping" pings "$lan" $SRV4

# A BR that was never up, on an address that ip6tnl has.
ip_batch "$br" <<-EOF
	link set map0 down
	link add tnl type ip6tnl mode ipip6 local $BR6 remote $CE6 encaplimit none
	link set tnl up
	route replace $CE4/32 dev tnl
	link del map0
EOF
check "the BR is an ip6tnl: ping" pings "$lan" $SRV4
check "a new BR" mapctl -n "$br" dev add map0 role br local $BR6
check "that was never up takes nothing" pings "$lan" $SRV4
check_eq "it received nothing" "$(counter "$br" rx_packets) $(counter "$br" rx_not_ready)" "0 "
finish
