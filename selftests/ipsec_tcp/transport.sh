#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# SAs in transport mode between the gateways' own addresses, both families, in
# UDP and bare: what is inside is delivered to the gateway itself.

. "$(dirname "$0")/topo.sh"
need_cmd ping iperf3

SA_MODE=(mode transport)

transport_policy() {
	ip -n "$1" xfrm policy add src "$2" dst "$3" dir "$4" \
		tmpl src "$2" dst "$3" proto esp reqid 1 mode transport
}

# transport EAST WEST PORT: as tunnel() in topo.sh
transport() {
	local e=$1 w=$2
	states "$@"
	transport_policy "$east" "$e" "$w" out
	transport_policy "$east" "$w" "$e" in
	transport_policy "$west" "$w" "$e" out
	transport_policy "$west" "$e" "$w" in
}

through() {
	local e=$2 w=$3 before
	before=$(counter "$east" tx_esp)
	check "$1: ping" nsx "$east" ping -q -c3 -i0.1 -W3 -I "$e" "$w"
	check "$1: ping with 8,000 bytes" nsx "$east" ping -q -c3 -i0.1 -W3 -s 8000 -I "$e" "$w"
	check "$1: TCP" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c "$w" -B "$e" -n 2M
	check "$1: TCP, the other way" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c "$w" -B "$e" -n 2M -R
	check "$1: it was the connection" test "$(counter "$east" tx_esp)" -gt $((before + 500))
}

topo_up
listener_up
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
for outer in "IPv4 $EAST4 $WEST4" "IPv6 $EAST6 $WEST6"; do
	read -r name e w <<<"$outer"
	check "$name: peers" tool "$east" add 1 originator "$w"
	tool "$west" add 1 responder "$e"
	connector_up "$w"
	transport "$e" "$w" "$UDP_PORT"
	through "$name, ESP in UDP" "$e" "$w"
	transport "$e" "$w" -
	through "$name, bare ESP" "$e" "$w"
	pair_down "$name"
done
finish
