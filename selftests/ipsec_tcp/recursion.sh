#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Policies that cover the outer addresses, too: all between the gateways goes
# through the tunnel, but for the connection that carries it.

. "$(dirname "$0")/topo.sh"
need_cmd ping iperf3

# All between the outer addresses, as an IKE daemon may well negotiate it.
cover() {
	local ns=$1 src=$2 dst=$3 dir=$4
	ip -n "$ns" xfrm policy add src "$src" dst "$dst" dir "$dir" \
		tmpl src "$src" dst "$dst" proto esp reqid 1 mode tunnel
}

tunnel_up
check "ping between inner addresses" nsx "$east" ping -q -c2 -i0.2 -W3 -I 10.1.0.1 10.2.0.1

cover "$east" $EAST4 $WEST4 out
cover "$east" $WEST4 $EAST4 in
cover "$west" $WEST4 $EAST4 out
cover "$west" $EAST4 $WEST4 in
before=$(counter "$east" tx_esp)
check "ping between outer addresses" nsx "$east" ping -q -c3 -i0.2 -W3 -I $EAST4 $WEST4
check "it went through the tunnel" test "$(counter "$east" tx_esp)" -ge $((before + 3))
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
check "TCP between outer addresses" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c $WEST4 -B $EAST4 -n 4M
check "and back" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c $WEST4 -B $EAST4 -n 4M -R
check "ping between inner addresses" nsx "$east" ping -q -c2 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_eq "it is still the first connection" "$(counter "$east" conn_opened)" 1
# Of a connection in itself each message would be one more.
check "its messages are not messages of their own" \
	test "$(counter "$east" tx_esp)" -lt $((before + 20000))
finish
