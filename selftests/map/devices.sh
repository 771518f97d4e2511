#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# Several devices of different modes and roles in one namespace; addresses that
# clash; removal, re-creation, renaming, down and up, while traffic flows
# through another of them.

. "$(dirname "$0")/topo.sh"

TMP=$(mktemp -d)
defer rm -rf "$TMP"
topo_up
dev() {
	mapctl -n "$ce" dev "$@"
}

# ---- one beside the other ----

bmr="bmr $RULE"
clash="another map device has that IPv6 address"
check "a BR beside the CE" dev add br0 role br local 2001:db8:f:1::b up
check "an ipip device" dev add ip0 mode ipip local 2001:db8:f:1::2 remote 2001:db8:f:ff::2 up
check "another from the same address to another" \
	dev add ip1 mode ipip local 2001:db8:f:1::2 remote 2001:db8:f:ff::3 up
check "a second CE, not ready yet" dev add ce1 prefix 2001:db8:12:3400::/56
before=$(mapctl -n "$ce" show)
# shellcheck disable=SC2086 # words
check_refused "by its rule it would be the same node" "$clash" mapctl -n "$ce" rule add dev ce1 $bmr
check_refused "a second BR with the address" "$clash" dev add br1 role br local 2001:db8:f:1::b
check_refused "or with that of the CE" "$clash" dev add br1 role br local "$CE6"
check_refused "a third ipip device between the same ends" "$clash" \
	dev add ip2 mode ipip local 2001:db8:f:1::2 remote 2001:db8:f:ff::3
check_refused "one that changes to that" "$clash" dev set ip1 remote 2001:db8:f:ff::2
check_eq "nothing changed" "$(mapctl -n "$ce" show)" "$before"
check "a prefix of its own" dev set ce1 prefix 2001:db8:12:3600::/56
# shellcheck disable=SC2086
check "and the rule goes" mapctl -n "$ce" rule add dev ce1 $bmr
check_match "the rule is still under the old address" "$clash" \
	bash -c "mapctl -n $ce dev set ce1 prefix 2001:db8:12:3400::/56 2>&1; :"
check "deletion of the first ipip device" dev del ip0
check "makes room for another" dev set ip1 remote 2001:db8:f:ff::2
check "the CE forwards all the time" nsx "$lan" ping -q -c3 -i 0.05 -W 2 "$SRV4"
check_eq "all are listed" "$(mapctl -n "$ce" -j dev show | grep -o '"ifname":"[a-z0-9]*"' | tr -d '\n')" \
	'"ifname":"map0""ifname":"br0""ifname":"ip1""ifname":"ce1"'
for dev in br0 ip1 ce1; do
	dev del $dev
done

# ---- re-creation under traffic ----

# Through the first device without a loss, one packet at a time.
ip netns exec "$lan" env --default-signal=INT ping -q -A "$SRV4" >"$TMP/ping" 2>&1 &
flow=$!
more() {
	busywait 10000 counted "$ce" rx_packets $(($(counter "$ce" rx_packets) + 5))
}
cat >"$TMP/batch" <<EOF
dev add m1 prefix 2001:db8:12:3700::/56 up
rule add dev m1 bmr $RULE
rule add dev m1 dmr $BR6
EOF
recreate() {
	mapctl -n "$ce" -batch "$TMP/batch" &&
	ip -n "$ce" route replace default dev m1 table 77 &&
	mapctl -n "$ce" dev del m1
}
more
bound=$(counter "$ce" snat_bound)
check "a device with the same IPv4 address, made and deleted" recreate
more
check_eq "the bindings of the first device stay" "$(counter "$ce" snat_bound)" "$bound"

# And at the second from both sides: an ICMP identifier of PSID 0x37 (offset
# 4), and a mark that leads out by m1.
ip -n "$core" -6 route add 2001:db8:12:3700::/56 via 2001:db8:f:1::2
ip -n "$ce" addr add 2001:db8:12:3700:0:c000:212:37/128 dev lo
nsx "$srv" ping -q -i 0.001 -e $((0x1370)) "$CE4" >/dev/null 2>&1 &
nsx "$ce" ping -q -i 0.001 -m 77 "$SRV4" >/dev/null 2>&1 &
ip -n "$ce" rule add fwmark 77 lookup 77
failed=0
for ((i = 0; i < 30; i++)); do
	recreate >>"$TMP/errors" 2>&1 || failed=$((failed + 1))
done
check_eq "30 times made and deleted" $failed 0 || cat "$TMP/errors"

# ---- rename, down and up ----

# A device must be down for a new name in kernels before 6.2.
rename() {
	ip -n "$ce" link set "$1" name "$2" 2>/dev/null && return
	ip -n "$ce" link set "$1" down && ip -n "$ce" link set "$1" name "$2" &&
	ip -n "$ce" link set "$2" up
}
kill -INT $flow
wait $flow
check_match "no packet of the other device was lost" " 0% packet loss" cat "$TMP/ping"

nsx "$lan" ping -q -f "$SRV4" >/dev/null 2>&1 &
check "a new name" rename map0 other
check_match "mapctl knows it by that" '"ifname":"other".*"ready":true' mapctl -n "$ce" -j show other
check_fails "and not by the old one" mapctl -n "$ce" show map0
check "the old name again" rename other map0
restore() {
	ip -n "$ce" addr replace "$CE4/32" dev map0 && ip -n "$ce" route replace default dev map0
}
restore
failed=0
for ((i = 0; i < 20; i++)); do
	ip -n "$ce" -batch - <<-EOF || failed=$((failed + 1))
		link set map0 down
		link set map0 up
		route replace default dev map0
	EOF
done
check_eq "20 times down and up" $failed 0
check "traffic flows again" slowwait 10 nsx "$lan" ping -q -c1 -W1 "$SRV4"
check "down" ip -n "$ce" link set map0 down
check_fails "nothing passes" nsx "$lan" ping -q -c1 -W1 "$SRV4"

finish
