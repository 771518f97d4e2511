#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPv4 and the tunnel in different network namespaces: the CE's device is in
# one that has no IPv6 link at all, its packets leave by another. Traffic, path
# MTU and errors cross over.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_root
load_map
topo_core
topo_br || fail "the BR is set up"
setup_ns ce lan wan
forwarding "$ce" "$wan"
topo_wan "$wan" 1
ip -n "$core" -6 route add 2001:db8:12:3400::/56 via 2001:db8:f:1::2
ip -n "$wan" addr add "$CE6/128" dev lo
veth "$ce" lan "$lan" eth0
ip -n "$ce" addr add 10.0.0.1/24 dev lan
ip -n "$lan" addr add 10.0.0.2/24 dev eth0
ip -n "$lan" route add default via 10.0.0.1
check "device with its tunnel elsewhere" mapctl -n "$ce" dev add map0 link-netns "$wan" mode map-e role ce link wan prefix 2001:db8:12:3400::/56
mapctl -n "$ce" rule add dev map0 bmr $RULE
mapctl -n "$ce" rule add dev map0 dmr $BR6
ip -n "$ce" link set map0 up
ip -n "$ce" addr add $CE4/32 dev map0
ip -n "$ce" route add default dev map0
serve "$srv" 8080

check "ping" pings "$lan" $SRV4
who=$(fetch "$lan" $SRV4:8080/who)
check "TCP: $who" is_own "$who" $CE4 0x34
check "download" download "$lan" $SRV4:8080 1000000
check "upload" upload "$lan" $SRV4:8080 1000000
check_no_drops "nothing dropped" "$ce"
narrow tobr 1400
check_fails "1400 is too long for the core" ping_df "$lan" 1400
check_match "the tunnel MTU is less" 'tunnel-mtu 1360' mapctl -n "$ce" dev show map0
check_match "the sender is told" 'mtu = 1360' not ping_df "$lan" 1400
ip -n "$core" -6 route replace unreachable $BR6
check_match "host unreachable" 'Destination Host Unreachable' not nsx "$lan" ping -n -c1 -W1 $SRV4
ip -n "$core" -6 route replace $BR6 via 2001:db8:f:ff::2
check "all is well again" pings "$lan" $SRV4
finish
