#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Route-based IPsec: what is routed to an xfrm interface (if_id) leaves by the
# connection, and comes in by that interface at the other end; the interfaces
# have no addresses of their own.

. "$(dirname "$0")/topo.sh"
need_cmd ping iperf3

# route_based NS SRC DST: SAs of both directions are there already
route_based() {
	local ns=$1 src=$2 dst=$3
	ip -n "$ns" link add ipsec0 type xfrm dev outer if_id 7 &&
	ip -n "$ns" link set ipsec0 up &&
	ip -n "$ns" xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir out if_id 7 \
		tmpl src "$src" dst "$dst" proto esp reqid 1 mode tunnel &&
	ip -n "$ns" xfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir in if_id 7 \
		tmpl src "$dst" dst "$src" proto esp reqid 1 mode tunnel
}

# new_sas: of both ends, or the numbers that begin again are replays to the other
new_sas() {
	ip -n "$east" xfrm state flush
	ip -n "$west" xfrm state flush
	sa "$east" $EAST4 $WEST4 0x1001 4500 4500
	sa "$east" $WEST4 $EAST4 0x1002 4500 4500
	sa "$west" $EAST4 $WEST4 0x1001 "$UDP_PORT" 4500
	sa "$west" $WEST4 $EAST4 0x1002 4500 "$UDP_PORT"
}

# received NS: packets that came in by the interface
received() {
	ip -n "$1" -s -j link show ipsec0 | sed 's/.*"rx":{"bytes":[0-9]*,"packets":\([0-9]*\).*/\1/'
}

topo_up
need_module xfrm_interface
listener_up
check "peer of the originator" tool "$east" add 1 originator $WEST4
check "peer of the responder" tool "$west" add 1 responder $EAST4
connector_up $WEST4
CIPHER=("${GCM_CIPHER[@]}" if_id 7)
new_sas
check "interface (east)" route_based "$east" $EAST4 $WEST4
check "interface (west)" route_based "$west" $WEST4 $EAST4
ip -n "$east" route replace 10.2.0.1 dev ipsec0 src 10.1.0.1
ip -n "$west" route replace 10.1.0.1 dev ipsec0 src 10.2.0.1

check "ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_eq "it came in by the interface" "$(received "$west")" 3
check_eq "and its answer, too" "$(received "$east")" 3
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
check "TCP" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 4M
check "TCP, the other way" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 4M -R
check "it was the connection" test "$(counter "$east" tx_esp)" -gt 1000
# ---- its own segments: the SA's packets find their way out, the stream's do not ----

CIPHER+=(output-mark 0x55)
new_sas
ip_batch "$east" <<-BATCH
	rule add fwmark 0x55 lookup 55 pref 10
	route add $WEST4 dev outer src $EAST4 table 55
	route add $WEST4/32 dev ipsec0 src $EAST4
BATCH
before=$(counter "$east" tx_esp)
nsx "$east" ping -q -c1 -W1 -I 10.1.0.1 10.2.0.1 >/dev/null
check "it does not carry itself" test "$(counter "$east" tx_loop)" -gt 0
check "not even for a while" test "$(counter "$east" tx_esp)" -le $((before + 1))
ip -n "$east" route del $WEST4/32 dev ipsec0
check "and goes on when its route is right again" slowwait 20 nsx "$east" ping -q -c1 -W1 -I 10.1.0.1 10.2.0.1

check "the interface goes" ip -n "$west" link del ipsec0
check_fails "and with it the way" nsx "$east" ping -q -c1 -W1 -I 10.1.0.1 10.2.0.1
check "the connection stays" conn_is "$west" "^open"
finish
