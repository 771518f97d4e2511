#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# The MSS of TCP SYNs is lowered to what the tunnel carries, its MTU less 40,
# in both directions and by the one node or the other; not where it is off, and
# it is never raised (RFC 7597, section 8.3, third mechanism).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

mss_of() {
	captured "$1" "$2" | sed -n 's/.*mss \([0-9]*\).*/\1/p' | tail -n1
}

# try WHAT MSS-SEEN-BY-SERVER MSS-SEEN-BY-LAN
n=0
try() {
	n=$((n + 1))
	capture "srv$n" "$srv" eth0 'tcp[13] & 2 != 0'
	capture "lan$n" "$lan" eth0 'tcp[13] & 2 != 0'
	fetch "$lan" $SRV4:8080/who >/dev/null
	busywait 1000 saw_n 2 "srv$n"
	busywait 1000 saw_n 2 "lan$n"
	capture_end "srv$n"
	capture_end "lan$n"
	check_eq "$1: MSS that the server sees" "$(mss_of "srv$n" 'tcp[13] == 2')" "$2"
	check_eq "$1: MSS that the LAN sees" "$(mss_of "lan$n" 'tcp[13] == 18')" "$3"
}

clamp() {
	mapctl -n "$ce" dev set map0 mss-clamp "$1"
	mapctl -n "$br" dev set map0 mss-clamp "$2"
}

topo_up
serve "$srv" 8080

try "by default" 1420 1420
check "the CE counts what leaves" counted "$ce" tx_mss_clamped 1
check_eq "what the CE has clamped is not clamped again" "$(counter "$br" rx_mss_clamped)" 0
check "the BR counts what leaves" counted "$br" tx_mss_clamped 1
clamp on off
try "CE alone" 1420 1420
check "the CE counts what comes in" counted "$ce" rx_mss_clamped 1
clamp off on
try "BR alone" 1420 1420
check "the BR counts what comes in" counted "$br" rx_mss_clamped 1
clamp off off
try "off" 1460 1460

clamp on on
ip -n "$lan" route replace default via 10.0.0.1 advmss 1000
ip -n "$srv" route replace default via 198.51.100.1 advmss 1100
try "smaller ones stay" 1000 1100
ip -n "$lan" route replace default via 10.0.0.1
ip -n "$srv" route replace default via 198.51.100.1
ip -n "$ce" link set map0 mtu 1300
try "by the device's MTU" 1260 1260
ip -n "$ce" link set map0 mtu 1460

# A path that has been found to be smaller counts as well.
narrow tobr 1400
ping_df "$lan" 1400 >/dev/null
try "by the path's MTU" 1320 1320
finish
