#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# What happens to a daemon, and behind its back: it loads the module, is
# killed, its peer is deleted, the other end is not there yet. IPv6 outside.

. "$(dirname "$0")/daemon.sh"
need_cmd vnectl nft ping

topo_up
block_udp
modprobe -r ipsec_tcp
hq_up $WEST6 'reconnect-max = 2'
EAST_PID=$PID
peer_is_there() {
	[[ $(shown "$1") = "1 "* ]]
}
check "the module is loaded for it, and has the peer" busywait 15000 peer_is_there "$east"
check "nobody listens yet: it waits" busywait 5000 is "$east" hq state waiting
check_match "and says for what" 'Connection refused.*next attempt in' vnectl -n "$east" ipsec status

clients_up ::/0
WEST_PID=$PID
check "connected" busywait 15000 is "$east" hq state open
tunnel $EAST6 $WEST6 "$(client_port)"
check "ping through TCP over IPv6" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1

kill -KILL "$EAST_PID"
wait "$EAST_PID" 2>/dev/null
kernel_has() {
	[[ $(shown "$1") = "$2" ]]
}
check "killed: the kernel ends the connection, not the peer" busywait 5000 kernel_has "$east" "1 0"
check "the other end knows" busywait 5000 is "$west" clients connections 0
cp "$WORK/$east.conf" "$WORK/again"
daemon_up "$east" <"$WORK/again"
EAST_PID=$PID
check "the next one connects" busywait 15000 is "$east" hq state open
check_eq "what was left is gone" "$(shown "$east")" "1 1"

peer=$(status "$east" hq peer)
check "somebody deletes the peer" tool "$east" del "$peer"
peer_is_new() {
	[[ $(status "$east" hq peer) != "$peer" && $(status "$east" hq state) = open ]]
}
check "the daemon adds it again, and connects" busywait 15000 peer_is_new
peer=$(status "$west" clients peer)
check "also at the responder" tool "$west" del "$peer"
check "it listens again" busywait 15000 is "$west" clients connections 1
check "with a new peer" not is "$west" clients peer "$peer"

check "add" vnectl -n "$east" ipsec add more remote 192.0.2.77 transport tcp connect-timeout 1
check_eq "it is in the kernel" "$(shown "$east" | cut -d' ' -f1)" 2
check "it says that nobody answers" busywait 15000 grep -qE 'more: waiting' "$WORK/$east.log"
check "del" vnectl -n "$east" ipsec del more
check_eq "it is not" "$(shown "$east" | cut -d' ' -f1)" 1
cp "$WORK/again" "$WORK/$east.conf"
sed -i "s/tcp/udp/" "$WORK/$east.conf"
check "reload: UDP from now on" vnectl -n "$east" reload
check "nothing is left" busywait 5000 kernel_has "$east" "0 0"
echo nonsense >>"$WORK/$east.conf"
check_refused "a bad file is refused" 'conf:[0-9]+: ' vnectl -n "$east" reload
check "and nothing is changed" is "$east" hq state udp
kill -TERM "$EAST_PID" "$WEST_PID"
wait "$EAST_PID" "$WEST_PID"
check "the module can go" modprobe -r ipsec_tcp
finish
