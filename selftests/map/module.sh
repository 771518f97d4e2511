#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# The module: what it says of itself, loaded by those who want it, removed
# while devices are up and traffic flows, and back again, ten times.

. "$(dirname "$0")/topo.sh"

need_root
need_module veth
for word in license description author version alias; do
	check_match "modinfo has a $word" "$word: +[^ ]" modinfo map
done
check_match "of the version of the tree" "version: +$(<"$TESTS/../VERSION")" modinfo map
check_match "alias for ip link" "rtnl-link-map" modinfo map
check_match "alias for mapctl" "net-pf-16-proto-16-family-map" modinfo map

# ---- loaded on demand ----

loaded() {
	[[ -d /sys/module/map ]]
}
unload() {
	loaded || return 0
	rmmod map
}
unload
loaded && skip "the module is built in"
setup_ns alone
check "ip link add loads it" ip -n "$alone" link add m0 type map
check "it is loaded" loaded
check_eq "devices are no users" "$(cat /sys/module/map/refcnt)" 0
check "it goes with its device" unload
check_fails "the device is gone" ip -n "$alone" link show m0
check "mapctl loads it" mapctl rule show
check "it is loaded" loaded
check "it goes" unload
check "mapctl dev add loads it" mapctl -n "$alone" dev add m0 mode map-e
check "it goes" unload

# ---- under traffic ----

topo_up
check "traffic" nsx "$lan" ping -q -c3 -i 0.1 -W 2 "$SRV4"
nsx "$lan" ping -q -f "$SRV4" >/dev/null 2>&1 &
nsx "$srv" ping -q -f "$CE4" >/dev/null 2>&1 &
up() {
	topo_br && mapctl -n "$ce" dev add map0 mode map-e link wan prefix 2001:db8:12:3400::/56 &&
	mapctl -n "$ce" rule add dev map0 bmr $RULE &&
	mapctl -n "$ce" rule add dev map0 dmr "$BR6" &&
	ip -n "$ce" link set map0 up &&
	ip -n "$ce" addr add "$CE4/32" dev map0 &&
	ip -n "$ce" route add default dev map0
}
for ((i = 1; i <= 10; i++)); do
	check "packets flow ($i)" busywait 10000 counted "$ce" rx_packets 10
	check "rmmod under traffic ($i)" rmmod map
	check_fails "the device is gone" ip -n "$ce" link show map0
	check_fails "that of the BR, too" ip -n "$br" link show map0
	check "all set up again" up
done
check "packets flow at the end" busywait 10000 counted "$ce" rx_packets 10

finish
