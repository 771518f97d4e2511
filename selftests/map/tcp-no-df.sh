#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Hosts that do not set DF, and no MSS clamp: TCP segments that are too long are
# fragmented, one way or the other, also when they come as one GSO packet.

CE_OPTS="mss-clamp off"
BR_OPTS="mss-clamp off"
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$srv" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
serve "$srv" 8080

for how in inner outer; do
	check "fragment $how" mapctl -n "$ce" dev set map0 fragment $how
	mapctl -n "$br" dev set map0 fragment $how
	capture $how "$core" tobr "host $CE6 and host $BR6"
	check "download" download "$lan" $SRV4:8080 300000
	check "upload" upload "$lan" $SRV4:8080 300000
	capture_end $how
done
check "inner: there were IPv4 fragments" saw_n 10 inner 'ip6[6] == 4 and ip6[46:2] & 0x3fff != 0'
check_eq "inner: no IPv6 fragment" "$(captured_count inner 'ip6[6] == 44')" 0
check "outer: there were IPv6 fragments" saw_n 10 outer 'ip6[6] == 44'
check_eq "outer: no IPv4 fragment" "$(captured_count outer 'ip6[6] == 4 and ip6[46:2] & 0x3fff != 0')" 0
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
