#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# Two daemons, SAs by hand, and a network without UDP: what goes through the
# tunnel travels by TCP, also after the connection was killed; "down" and the
# end of a daemon leave nothing behind.

. "$(dirname "$0")/daemon.sh"
need_cmd vnectl nft ping ss

topo_up
block_udp

clients_up 0.0.0.0/0 'port = { 4500, 443 }' "user-timeout = $((3 * PATIENCE))" "idle-timeout = $((10 * PATIENCE))"
WEST_PID=$PID
check "the responder listens on 4500" wait_listen "$west" tcp 4500
check "the responder listens on 443" wait_listen "$west" tcp 443
hq_up $WEST4 'reconnect-min = 1' 'reconnect-max = 2' "user-timeout = $((2 * PATIENCE))"
EAST_PID=$PID
check "the originator connects" busywait 5000 is "$east" hq state open
check "the responder has the connection" busywait 5000 is "$west" clients connections 1
check_eq "one peer, one connection (east)" "$(shown "$east")" "1 1"
check_eq "one peer, one connection (west)" "$(shown "$west")" "1 1"

tunnel $EAST4 $WEST4 "$(client_port)"
check "ping through TCP" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_match "it was TCP" '"tx_esp":[1-9]' vnectl -n "$east" -s -j ipsec show
check_match "text says it, too" 'tx_esp [1-9]' vnectl -n "$east" -s ipsec show

# The network drops TCP for a while, without a word.
old=$(client_port)
vnectl -n "$east" -j ipsec monitor >"$WORK/events" &
MONITOR=$!
cut_tcp
nsx "$east" ping -q -c1 -W1 -I 10.1.0.1 10.2.0.1 >/dev/null
check "the originator gives up, and waits" slowwait 20 is "$east" hq state waiting
check "the SAs are still there" test "$(ip -n "$east" xfrm state count)" != "SAD count 0"
mend_tcp
port_is_new() {
	local now
	now=$(client_port)
	[[ $now && $now != "$old" ]]
}
check "it comes back" slowwait 15 port_is_new
check "the monitor tells the new connection" busywait 3000 grep -q conn-new "$WORK/events"
check_match "and why the old one ended" '"event":"conn-del".*"reason":"error"' cat "$WORK/events"
check "the daemon says it, too" logged "$east" 'connection ended: error: Connection timed out'
kill "$MONITOR"
check "the responder hears of the end" slowwait 20 is "$west" clients connections 1
# What an IKE daemon does by itself: SAs follow the client's port, which is a
# new one, should the connection have been idle for too long once more.
ping_again() {
	tunnel $EAST4 $WEST4 "$(client_port)"
	nsx "$east" ping -q -c3 -i0.2 -W1 -I 10.1.0.1 10.2.0.1
}
check "ping again" slowwait 20 ping_again

# The other port, without touching the file.
check "the port is changed" vnectl -n "$east" ipsec set hq port 443
check "it is used" busywait 10000 is "$east" hq state open
check_match "by TCP port 443" '"remote_port":443' vnectl -n "$east" -j ipsec show
check_match "status shows it" 'port 443' vnectl -n "$east" ipsec status hq

# Nobody listens: attempts back off, and status says so.
check "the responder goes down" vnectl -n "$west" ipsec down clients
check_eq "nothing is left (west)" "$(shown "$west")" "0 0"
check "the port is closed" not listens "$west" tcp 443
check "the originator waits" busywait 10000 is "$east" hq state waiting
check_match "and says for what" 'next attempt in' vnectl -n "$east" ipsec status
check "the responder comes up" vnectl -n "$west" ipsec up clients
check "and the originator with it" busywait 15000 is "$east" hq state open

check "down" vnectl -n "$east" ipsec down hq
check_eq "nothing is left (east)" "$(shown "$east")" "0 0"
check "nor a TCP connection" not grep -q ESTAB <(nsx "$east" ss -Htn)
check "up" vnectl -n "$east" ipsec up hq
check "connected again" busywait 10000 is "$east" hq state open

# A client that the configuration does not cover.
check "only the other network may come" vnectl -n "$west" ipsec set clients remote 198.51.100.0/24
check "it is refused" busywait 10000 logged "$west" 'is refused: "remote" does not cover it'
check_eq "and has no connection" "$(shown "$west")" "1 0"

kill -TERM "$EAST_PID" "$WEST_PID"
wait "$EAST_PID"
check_eq "the daemon ends well (east)" $? 0
wait "$WEST_PID"
check_eq "the daemon ends well (west)" $? 0
check_eq "nothing is left (east)" "$(shown "$east")" "0 0"
check_eq "nothing is left (west)" "$(shown "$west")" "0 0"
finish
