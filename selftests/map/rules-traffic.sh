#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Rules and settings change while packets flow: a flow that the change is not
# about loses none, and a flow whose addresses change goes on with the new ones.

. "$(dirname "$0")/topo.sh"

RULE="ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4 iid rfc7597"
TMP=$(mktemp -d)
defer rm -rf "$TMP"
topo_up

# One packet at a time is on its way (ping -A), and the flow is there when the
# changes begin.
start_flow() {
	local seen

	seen=$(counter "$ce" rx_packets)
	ip netns exec "$lan" env --default-signal=INT ping -q -A "$SRV4" >"$TMP/ping" 2>&1 &
	flow=$!
	busywait 10000 counted "$ce" rx_packets $((seen + 5))
}

# end_flow WHAT
end_flow() {
	# The last echo is on its way.
	kill -INT $flow
	wait $flow
	local sent got
	read -r sent got < <(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' "$TMP/ping")
	[[ $sent -gt 10 && $got -ge $((sent - 1)) ]] && pass "$1: $sent sent, $got came back" ||
		fail "$1: a flow that it is not about" "$(<"$TMP/ping")"
}

# changes N < LINES: each line for mapctl in the namespace of the CE, N times
changes() {
	local n=$1 lines i
	lines=$(cat)
	for ((i = 0; i < n; i++)); do
		echo "$lines"
	done | mapctl -n "$ce" -batch - >"$TMP/changes" 2>&1 ||
		fail "changes" "$(tail -n3 "$TMP/changes")"
}

start_flow
changes 500 <<-LIST
	rule add dev map0 fmr ipv6 2001:db8:100::/40 ipv4 198.18.0.0/24 ea-len 16
	rule add dev map0 fmr ipv6 2001:db8:200::/40 ipv4 198.18.1.0/24 ea-len 16
	rule del dev map0 fmr ipv6 2001:db8:100::/40
	rule add dev map0 source 2001:db8:fff0::/44
	rule del dev map0 fmr ipv6 2001:db8:200::/40
	rule del dev map0 source 2001:db8:fff0::/44
LIST
end_flow "3,000 additions and deletions"

# The same rules once more, with and without others.
mapctl -n "$ce" -j rule show dev map0 >"$TMP/a.json"
mapctl -n "$ce" rule add dev map0 fmr ipv6 2001:db8:100::/40 ipv4 198.18.0.0/15 ea-len 17
mapctl -n "$ce" -j rule show dev map0 >"$TMP/b.json"
start_flow
changes 100 <<-LIST
	rule replace dev map0 $TMP/a.json
	rule replace dev map0 $TMP/b.json
LIST
end_flow "200 replacements"

# A rule with an iid of its own does not care for that of the device.
start_flow
changes 100 <<-LIST
	dev set map0 iid draft03
	dev set map0 iid rfc7597
	dev set map0 mss-clamp off
	dev set map0 snat-reserve 4928-4930
	dev set map0 mss-clamp on
LIST
end_flow "500 settings"
for counter in tx_not_ready tx_no_rule tx_foreign_source rx_unknown_source rx_not_ours rx_foreign_port; do
	check_eq "CE: $counter" "$(counter "$ce" $counter)" 0
done
for counter in rx_unknown_source rx_spoofed_address rx_spoofed_port tx_no_rule; do
	check_eq "BR: $counter" "$(counter "$br" $counter)" 0
done

# Another prefix, another PSID: connections start again, from the new ports.
mapctl -n "$ce" dev set map0 snat-reserve none
ip -n "$ce" addr add "$CE6_2/128" dev lo
ip -n "$core" -6 route add 2001:db8:12:3500::/56 via 2001:db8:f:1::2
nsx "$lan" ping -q -i 0.01 "$SRV4" >/dev/null 2>&1 &
spoofed=$(counter "$br" rx_spoofed_port)
for ((i = 0; i < 10; i++)); do
	mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3500::/56
	check "the other prefix" slowwait 5 nsx "$lan" ping -q -c1 -W1 "$SRV4"
	mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3400::/56
	check "and back" slowwait 5 nsx "$lan" ping -q -c1 -W1 "$SRV4"
done
check_eq "no packet left with an old port" "$(counter "$br" rx_spoofed_port)" "$spoofed"

# The iid of both nodes, rules without their own.
mapctl -n "$ce" rule flush dev map0
mapctl -n "$br" rule flush dev map0
mapctl -n "$ce" rule add dev map0 bmr ${RULE% iid*}
mapctl -n "$ce" rule add dev map0 dmr $BR6
mapctl -n "$br" rule add dev map0 fmr ${RULE% iid*}
draft=2001:db8:12:3400:c0:2:1200:3400
ip -n "$ce" addr add $draft/128 dev lo
for iid in draft03 rfc7597; do
	mapctl -n "$ce" dev set map0 iid $iid
	mapctl -n "$br" dev set map0 iid $iid
	check "$iid on both sides" slowwait 5 nsx "$lan" ping -q -c1 -W1 "$SRV4"
done

finish
