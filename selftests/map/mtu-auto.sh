#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The device's MTU: that of the lower device, with inner fragments 40 less. It
# follows the lower device, and the route to another one; one that is set by
# hand, when the device is made or later, stays.

. "$(dirname "$0")/topo.sh"

mtu() {
	ip -j -n "$ce" link show "$1" | jq '.[0].mtu'
}

mtu_is() {
	[[ $(mtu "$1") -eq $2 ]]
}

add() {
	mapctl -n "$ce" dev add "$@"
}

need_cmd jq
need_root
load_map
setup_ns ce core
topo_wan "$ce" 1
args=(mode ipip local 2001:db8:f:1::2 fragment inner)

check "with link" add map0 "${args[@]}" remote 2001:db8:a::1 link wan
check_eq "40 less than the link's" "$(mtu map0)" 1460
check "without link: by the route" add map1 "${args[@]}" remote 2001:db8:a::2
check_eq "40 less than the link's" "$(mtu map1)" 1460
check "with an MTU" add map2 "${args[@]}" remote 2001:db8:a::3 link wan mtu 1300
check_eq "that is it" "$(mtu map2)" 1300
check "with outer fragments, the default" add map3 "${args[@]:0:4}" remote 2001:db8:a::4 link wan
check_eq "the link's" "$(mtu map3)" 1500

ip -n "$ce" link set map1 up
ip -n "$core" link set ce1 mtu 1400
ip -n "$ce" link set wan mtu 1400
check_eq "link's down to 1400: with link" "$(mtu map0)" 1360
check_eq "by the route" "$(mtu map1)" 1360
check_eq "by hand" "$(mtu map2)" 1300
check_eq "with outer fragments" "$(mtu map3)" 1400

ip -n "$ce" link set map0 mtu 1280
ip -n "$ce" link set wan mtu 9000
check_eq "link's up to 9000: set by hand meanwhile" "$(mtu map0)" 1280
check_eq "by the route" "$(mtu map1)" 8960
check_eq "by hand" "$(mtu map2)" 1300

check "another fragment setting" mapctl -n "$ce" dev set map3 fragment inner
check_eq "another MTU" "$(mtu map3)" 8960

# A CE that gets its BR's address later.
check "CE" add map4 mode map-e role ce prefix 2001:db8:12:3400::/56 fragment inner
check "its rule" mapctl -n "$ce" rule add dev map4 bmr $RULE
check "its BR" mapctl -n "$ce" rule add dev map4 dmr "$BR6"
check_eq "MTU by the route to the BR" "$(mtu map4)" 8960

# Its way there changes: the next packet that goes it tells.
veth "$ce" wan2 "$core" other
ip -n "$ce" link set wan2 mtu 1300
ip -n "$ce" addr add 2001:db8:f:9::2/64 dev wan2
ip -n "$core" addr add 2001:db8:f:9::1/64 dev other
ip -n "$ce" link set map4 up
ip -n "$ce" addr add 192.0.2.18/32 dev map4
ip -n "$ce" route add "$SRV4" dev map4
ip -n "$ce" -6 route add "$BR6" via 2001:db8:f:9::1
nsx "$ce" ping -c1 -W1 "$SRV4" >/dev/null
check "MTU by the new route" busywait 2000 mtu_is map4 1260
ip -n "$ce" -6 route del "$BR6"
nsx "$ce" ping -c1 -W1 "$SRV4" >/dev/null
check "and by the old one again" busywait 2000 mtu_is map4 8960

# To a translator the other end is the prefix of the DMR.
check "MAP-T" add map5 mode map-t role ce prefix 2001:db8:13:3500::/56
mapctl -n "$ce" rule add dev map5 bmr $RULE
check "its DMR" mapctl -n "$ce" rule add dev map5 dmr 64:ff9b::/96
check_eq "MTU by the route to that" "$(mtu map5)" 9000
ip -n "$ce" link set map5 up
ip -n "$ce" addr add 192.0.2.19/32 dev map5
ip -n "$ce" route add 198.51.100.9 dev map5
ip -n "$ce" -6 route add 64:ff9b::/96 via 2001:db8:f:9::1
nsx "$ce" ping -c1 -W1 198.51.100.9 >/dev/null
check "MTU by the new route" busywait 2000 mtu_is map5 1300
finish
