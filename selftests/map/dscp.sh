#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The DSCP of the outer header is what tclass says: that of the inner one, or a
# fixed one, whose two lowest bits are not the user's (ECN is copied). The inner
# one comes out as it went in (RFC 2473, section 6.4; RFC 2983, section 3).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

# try TCLASS TOS OUTER
try() {
	local name=w$1-$2
	check "tclass $1" mapctl -n "$ce" dev set map0 tclass "$1"
	mapctl -n "$br" dev set map0 tclass "$1"
	capture "$name" "$core" tobr "ip6[6] == 4 and (ip6[0:2] >> 4) & 0xff == $(($3)) and ip6[41] == $(($2))"
	capture "$name-srv" "$srv" eth0 "icmp[0] == 8 and ip[1] == $(($2))"
	capture "$name-lan" "$lan" eth0 "icmp[0] == 0 and ip[1] == $(($2))"
	check "ping with TOS $2" pings "$lan" $SRV4 -Q "$2"
	check "class outside is $3" busywait 2000 saw_n 4 "$name"
	check "the server sees $2" busywait 2000 saw_n 2 "$name-srv"
	check "the LAN sees $2" busywait 2000 saw_n 2 "$name-lan"
	capture_end "$name"
	capture_end "$name-srv"
	capture_end "$name-lan"
}

topo_up
try 0 0xb8 0
try inherit 0xb8 0xb8
try inherit 0x2a 0x2a
try 0x20 0xb8 0x20
try 0x23 0xb9 0x21
check_eq "nothing dropped" "$(drops "$ce")$(drops "$br")" ""
finish
