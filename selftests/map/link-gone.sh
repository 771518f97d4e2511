#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The lower device (link) is deleted, and another one gets its index: the tunnel
# has no route, and never leaves by that one, until it is told to.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd jq
topo_up
check "ping" pings "$lan" $SRV4
index=$(ip -n "$ce" -j link show wan | jq '.[0].ifindex')
check_match "link is shown" '"link":"wan"' mapctl -n "$ce" -j show map0
ip -n "$ce" link del wan
check_fails "without it: no ping" pings "$lan" $SRV4
check "another device with its name, index and addresses" ip_batch "$ce" <<-EOF
	link add wan index $index mtu $MTU up type veth peer name ce1 mtu $MTU netns $core
	addr add 2001:db8:f:1::2/64 dev wan
	route add default via 2001:db8:f:1::1
EOF
ip_batch "$core" <<-EOF
	link set ce1 up
	addr add 2001:db8:f:1::1/64 dev ce1
	route add 2001:db8:12:3400::/56 via 2001:db8:f:1::2
EOF
check "the line works" nsx "$ce" ping -q -c1 -W2 $BR6
check_fails "the tunnel does not take it" pings "$lan" $SRV4
check "packets have no route" counted "$ce" tx_no_route 1
check_fails "link is not shown any more" grep -q '"link":' <(mapctl -n "$ce" -j show map0)
check_fails "nor by ip" grep -q "map0@wan" <(ip -n "$ce" link show map0)
check "new rules change nothing" mapctl -n "$ce" rule add dev map0 source 2001:db8:7::/64
check_fails "about that" pings "$lan" $SRV4
check "link is set again" mapctl -n "$ce" dev set map0 link wan
check "ping" pings "$lan" $SRV4

# It goes to another namespace, which is as good as gone.
setup_ns other
ip -n "$ce" link set wan netns "$other"
check_fails "moved away: no ping" pings "$lan" $SRV4
check_fails "link is not shown any more" grep -q '"link":' <(mapctl -n "$ce" -j show map0)
finish
