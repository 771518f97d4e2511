#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# RFC 7597, section 8.3.1: "A MAP BR using an anycast source address SHOULD NOT
# by default use Path MTU Discovery across the MAP domain." With pmtudisc off,
# the default of a BR, a "packet too big" changes nothing; with pmtudisc on the
# BR learns the path. The sender is told either way: it is its packet.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

# Length of the longest packet from the BR to the CE now, by what arrives at
# the core.
try() {
	capture "$1" "$core" tobr "src host $BR6 and dst host $CE6"
	nsx "$srv" ping -n -c3 -i0.3 -W1 -M dont -s 1400 -e "$PORT" $CE4 >/dev/null
	busywait 2000 saw_n 3 "$1"
}

longest() {
	captured "$1" -v | sed -n 's/.*payload length: \([0-9]*\).*/\1/p' | sort -n | tail -n1
}

topo_up
serve "$srv" 8080
narrow ce1 1380

check_match "the default of a BR is off" 'pmtudisc off' mapctl -n "$br" dev show map0
try off
check_eq "the BR goes on with 1428 bytes" "$(longest off)" 1428
check_no_drops "nothing dropped at the BR" "$br"
check_match "a sender that sets DF is told" 'mtu = 1340' not nsx "$srv" ping -n -c1 -W1 -M "do" -s 1400 -e "$PORT" $CE4
check "TCP passes by that" download "$lan" $SRV4:8080 500000

check "pmtudisc on" mapctl -n "$br" dev set map0 pmtudisc on
try on1
try on2
check_eq "now it fragments by the path: 1380 less header" "$(($(longest on2) <= 1340))" 1
check "ping with long packets passes" pings "$srv" $CE4 -M dont -s 1400 -e "$PORT"
finish
