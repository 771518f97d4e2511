#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Who may change what: root; root of a user namespace in the network namespaces
# that it owns, but not where the other end of the device is outside; nobody
# else. Everybody may look.

. "$(dirname "$0")/../lib/lib.sh"

need_root
need_cmd setpriv unshare nsenter
load_map
setup_ns node
ip netns exec "$node" mapctl dev add m0 mode map-e prefix 2001:db8:12:3400::/56 up
ip netns exec "$node" mapctl rule add dev m0 \
	bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
before=$(mapctl -n "$node" show)

# Without privileges.
nobody() {
	ip netns exec "$node" setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps=-all --bounding-set=-all "$@"
}
denied="not permitted"
rule="fmr ipv6 2001:db8:100::/40 ipv4 198.51.100.0/24 ea-len 16 psid-offset 4"
# shellcheck disable=SC2086 # words
check_refused "nobody adds a rule" "$denied" nobody mapctl rule add dev m0 $rule
check_refused "nobody deletes a rule" "$denied" nobody mapctl rule del dev m0 bmr ipv6 2001:db8::/40
check_refused "nobody flushes rules" "$denied" nobody mapctl rule flush dev m0
check_refused "nobody replaces rules" "$denied" nobody bash -c 'echo "[]" | mapctl rule replace dev m0'
check_refused "nobody reads the conntrack table" "$denied" nobody mapctl ports dev m0
check_refused "nobody changes a device" "$denied" nobody mapctl dev set m0 snat off
check_refused "nobody adds a device" "$denied" nobody ip link add m1 type map
check_refused "nobody deletes a device" "$denied" nobody mapctl dev del m0
check_match "everybody sees devices" "ready" nobody mapctl show
check_match "everybody sees rules" "192.0.2.0/24" nobody mapctl rule show
check_match "everybody sees counters" "tx" nobody mapctl -s stats m0
check_match "everybody asks where a packet goes" "192.0.2" \
	nobody mapctl get dev m0 192.0.2.18:4928 192.0.2.19:80
check_eq "nothing changed" "$(mapctl -n "$node" show)" "$before"

# Root of a user namespace, in a network namespace of its own.
setpriv --reuid 65534 --regid 65534 --clear-groups unshare --user --map-root-user --net \
	sleep 1000 &
box=$!
defer kill $box
has_own_net() {
	[[ $(readlink "/proc/$box/ns/net") != "$(readlink /proc/self/ns/net)" &&
	   $(cat "/proc/$box/comm") = sleep ]]
}
busywait 5000 has_own_net || skip "no user namespaces for users"
box() {
	nsenter --target "$box" --user --net --preserve-credentials --setuid 0 --setgid 0 "$@"
}
check "root of a container adds a device" box ip link add m0 type map prefix 2001:db8:12:3400::/56
# shellcheck disable=SC2086
check "and a rule" box mapctl rule add dev m0 $rule
check "and changes the device" box mapctl dev set m0 snat off
check "and replaces rules" box bash -c 'echo "[]" | mapctl rule replace dev m0'
check "and deletes the device" box ip link del m0

# A device that comes from outside, and whose tunnel stays there.
check "a device for the container" ip -n "$node" link add m1 type map prefix 2001:db8:12:3500::/56
check "with a rule" mapctl -n "$node" rule add dev m1 \
	bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check "is given away" ip -n "$node" link set m1 netns "$box"
before=$(box mapctl rule show; box ip -d link show m1)
outside="CAP_NET_ADMIN is needed in the namespace of the tunnel"
# shellcheck disable=SC2086
check_refused "its new owner cannot add rules" "$outside" box mapctl rule add dev m1 $rule
check_refused "nor delete" "$outside" box mapctl rule del dev m1 bmr ipv6 2001:db8::/40
check_refused "nor flush" "$outside" box mapctl rule flush dev m1
check_refused "nor replace" "$outside" box bash -c 'echo "[]" | mapctl rule replace dev m1'
check_refused "nor take other addresses" "$outside" box mapctl dev set m1 prefix 2001:db8:12:3600::/56
check_eq "nothing changed" "$(box mapctl rule show; box ip -d link show m1)" "$before"
check "but set it up" box ip link set m1 up
check "who rules outside may: from inside, by the capability" \
	nsenter --target "$box" --net mapctl dev set m1 prefix 2001:db8:12:3600::/56
check "and the owner may delete it" box ip link del m1

finish
