#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Device and tunnel in different network namespaces: made so (link-netns), moved
# there and back; either namespace goes while packets flow.

. "$(dirname "$0")/topo.sh"

topo_up
setup_ns inner
check "traffic, all in one namespace" nsx "$lan" ping -q -c1 -W2 "$SRV4"

# The inside of the CE in the namespace $inner, reached from a LAN of its own.
forwarding "$inner"
setup_ns guest
veth "$inner" lan "$guest" eth0
ip -n "$inner" addr add 10.1.0.1/24 dev lan
ip -n "$guest" addr add 10.1.0.2/24 dev eth0
ip -n "$guest" route add default via 10.1.0.1
# inside NS: addresses and routes of the device are in NS
inside() {
	ip -n "$1" link set map0 up && ip -n "$1" addr replace "$CE4/32" dev map0 &&
	ip -n "$1" route replace default dev map0
}
pings() {
	nsx "$1" ping -q -c1 -W1 "$SRV4"
}
flood() {
	nsx "$1" ping -q -f -W1 "$2" >/dev/null 2>&1 &
}

# ---- moved there and back ----

flood "$lan" "$SRV4"
flood "$guest" "$SRV4"
flood "$srv" "$CE4"
for ((i = 1; i <= 5; i++)); do
	check "moved under traffic ($i)" ip -n "$ce" link set map0 netns "$inner"
	inside "$inner"
	check "it works in there" slowwait 5 pings "$guest"
	check_fails "and no more where it was" pings "$lan"
	check "moved back under traffic" ip -n "$inner" link set map0 netns "$ce"
	inside "$ce"
	check "it works again" slowwait 5 pings "$lan"
done
ip -n "$ce" link set map0 netns "$inner"
inside "$inner"
check "in there" slowwait 5 pings "$guest"
bound=$(counter "$inner" snat_bound)
check "source NAT goes on" pings "$guest"
check "with a new binding" counted "$inner" snat_bound $((bound + 1))
check_match "ip tells where the tunnel is" "link-netns $ce " ip -n "$inner" -d link show map0
check_match "mapctl too, and the name that the lower device has there" \
	"\"link_netns\":\"$ce\".*\"link\":\"wan\"" mapctl -n "$inner" -j show map0
check "the same name where the tunnel is" mapctl -n "$ce" dev add map0 prefix 2001:db8:12:3600::/56
check_refused "but not the same address" "another map device has that IPv6 address" \
	mapctl -n "$ce" -batch - <<-LIST
	dev set map0 prefix 2001:db8:12:3400::/56
	rule add dev map0 bmr $RULE
LIST
mapctl -n "$ce" dev del map0

# ---- the namespace of the device goes ----

# It is kept for as long as a process is in it.
in_use() {
	[[ $(mapctl -n "$ce" dev add probe prefix 2001:db8:12:3400::/56 2>&1 &&
	     mapctl -n "$ce" rule add dev probe bmr $RULE 2>&1) = *"has that IPv6 address"* ]]
	local rc=$?
	ip -n "$ce" link del probe 2>/dev/null
	return $rc
}
check "the address is in use" in_use
ip netns delete "$inner"
check "the namespace of the device goes under traffic, and the address is free" \
	slowwait 20 not in_use

# ---- the namespace of the tunnel goes ----

setup_ns inner
forwarding "$inner"
ip -n "$guest" link del eth0 2>/dev/null
veth "$inner" lan "$guest" eth0
ip -n "$inner" addr add 10.1.0.1/24 dev lan
ip -n "$guest" addr add 10.1.0.2/24 dev eth0
ip -n "$guest" route add default via 10.1.0.1
check "made by ip with its tunnel elsewhere" \
	ip -n "$inner" link add map0 link-netns "$ce" type map prefix 2001:db8:12:3400::/56
check "deleted" ip -n "$inner" link del map0
check "made by mapctl with its tunnel elsewhere" \
	mapctl -n "$inner" dev add map0 link-netns "$ce" link wan prefix 2001:db8:12:3400::/56
check "its rules are set where it is" mapctl -n "$inner" rule add dev map0 bmr $RULE
mapctl -n "$inner" rule add dev map0 dmr "$BR6"
inside "$inner"
check "it works" slowwait 5 pings "$guest"
check_match "the MTU is that of the lower device there" "mtu 1500 " ip -n "$inner" link show map0
ip -n "$ce" link set wan mtu 1400
check_match "and follows it" "mtu 1400 " ip -n "$inner" link show map0
flood "$guest" "$SRV4"
nsx "$inner" ping -q -f -W1 "$SRV4" >/dev/null 2>&1 &
gone() {
	! ip -n "$inner" link show map0
}
ip netns delete "$ce"
check "the namespace of the tunnel goes under traffic, and the device with it" slowwait 20 gone

# Both at a time. In the end nothing of ours is left: the module can go.
unused() {
	rmmod map
}
setup_ns one two
check "a device across" ip -n "$one" link add m0 link-netns "$two" type map prefix 2001:db8:12:3400::/56
check "and another the other way" ip -n "$two" link add m1 link-netns "$one" type map prefix 2001:db8:12:3400::/56
mapctl -n "$one" rule add dev m0 bmr $RULE
mapctl -n "$two" rule add dev m1 bmr $RULE
ip -n "$one" link set m0 up
ip -n "$two" link set m1 up
ip netns delete "$one"
ip netns delete "$two"
check "both namespaces go at a time" slowwait 20 unused

finish
