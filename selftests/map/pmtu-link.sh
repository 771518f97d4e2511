#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CE with two lines, whose tunnel leaves by the one that is not the default
# (link): the path MTU is learnt for that one.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

tunnel_mtu() {
	[[ $(mapctl -n "$ce" -j show map0 | jq '.[0].tunnel_mtu') -eq $1 ]]
}

need_cmd jq
topo_up
ip_batch "$ce" <<-EOF
	link add wan2 mtu $MTU up type veth peer name line2 mtu $MTU netns $core
	addr add 2001:db8:f:9::2/64 dev wan2
	route add default via 2001:db8:f:9::1 dev wan2 metric 4096
EOF
ip_batch "$core" <<-EOF
	link set line2 up
	addr add 2001:db8:f:9::1/64 dev line2
EOF
check "the tunnel leaves by the second line" mapctl -n "$ce" dev set map0 link wan2
capture line2 "$core" line2 "src host $CE6 and ip6[6] == 4"
check "ping" pings "$lan" $SRV4
check "went by it" saw_n 2 line2 'ip6[6] == 4'
capture_end line2
check "1460 bytes pass" tunnel_mtu 1460
narrow tobr 1400
check_fails "1400 is too long for the core" ping_df "$lan" 1400
check "the tunnel knows what passes" tunnel_mtu 1360
check "1400 bytes pass without DF" nsx "$lan" ping -n -c1 -W2 -M "dont" -s 1372 $SRV4
finish
