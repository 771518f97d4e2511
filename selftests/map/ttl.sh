#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TTL: CE and BR take one each, as routers do, however many hops the tunnel
# has, and decapsulation takes none (RFC 2473, section 3.2: "single-hop virtual
# link"). Hop limit of the outer header: 64 by default, a fixed number, or the
# TTL that is left (section 6.3).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

# hops WHAT HOPLIMIT-SETTING OUTER-UP OUTER-DOWN: requests leave the LAN with a
# TTL of 50, replies the server with 64; behind the core's decrement
hops() {
	check "hoplimit $1" mapctl -n "$ce" dev set map0 hoplimit "$1"
	mapctl -n "$br" dev set map0 hoplimit "$1"
	capture "up$1" "$ce" wan "src host $CE6 and ip6[7] == $2"
	capture "down$1" "$br" wan "src host $BR6 and ip6[7] == $3"
	check "ping" pings "$lan" $SRV4 -t 50
	check "hop limit up is $2" busywait 2000 saw_n 2 "up$1"
	check "hop limit down is $3" busywait 2000 saw_n 2 "down$1"
}

topo_up
capture srv "$srv" eth0 'icmp[0] == 8 and ip[8] == 48'
capture lan "$lan" eth0 'icmp[0] == 0 and ip[8] == 62'
check_match "default" 'hoplimit 64 ' mapctl -n "$ce" dev show map0
hops 64 64 64
hops 9 9 9
hops inherit 49 63
check "the server always sees two hops less" busywait 2000 saw_n 6 srv
check "the LAN as well" busywait 2000 saw_n 6 lan

# The last hop that a TTL reaches: 1 the CE, 2 the BR, 3 the server. With an
# inherited hop limit the core is where a TTL of 2 ends (section 8.3).
check_match "TTL 2, inherited" 'From 192.0.2.18 .*Destination Host Unreachable' not nsx "$lan" ping -n -c1 -W1 -t2 $SRV4
mapctl -n "$ce" dev set map0 hoplimit 64
mapctl -n "$br" dev set map0 hoplimit 64
check_match "TTL 1" 'From 10.0.0.1 .*Time to live exceeded' not nsx "$lan" ping -n -c1 -W1 -t1 $SRV4
check_match "TTL 2" 'From 198.51.100.1 .*Time to live exceeded' not nsx "$lan" ping -n -c1 -W1 -t2 $SRV4
check "TTL 3" pings "$lan" $SRV4 -t3
finish
