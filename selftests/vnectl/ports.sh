#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# An originator with several TCP ports tries them in turn, without a wait: one
# that is refused, one where nobody answers, and one that something on the way
# accepts and closes.

. "$(dirname "$0")/daemon.sh"
need_cmd vnectl nft jq python3

topo_up
clients_up 0.0.0.0/0 'port = 443'
nsx "$west" nft -f - <<-RULES
	table inet cut {
		chain in {
			type filter hook input priority 0
			tcp dport 81 drop
		}
	}
RULES

# A wait would be longer than the test.
hq_up $WEST4 'port = { 80, 81, 443 }' 'connect-timeout = 1' 'reconnect-min = 300' 'reconnect-max = 300'
check "the third port works" slowwait 10 is "$east" hq state open
check "status says which" is "$east" hq tcp_port 443
check "the first one was refused" logged "$east" 'port 80: .*refused; next is port 81'
check "the second one was silent" logged "$east" 'port 81: .*no answer; next is port 443'
check "connected where it says" nsx "$east" bash -c "ss -Htn dst $WEST4 dport = 443 | grep -q ESTAB"
check "down" vnectl -n "$east" ipsec down hq

# Each port is tried once before the wait.
check "only ports that do not work" vnectl -n "$east" ipsec set hq port 82,80
vnectl -n "$east" ipsec up hq
check "it waits when all have failed" slowwait 10 is "$east" hq state waiting
check_eq "one failure, not two" "$(status "$east" hq failures)" 1
check_match "it names the last port" 'port 80: .*refused' vnectl -n "$east" ipsec status hq
check "down again" vnectl -n "$east" ipsec down hq

# A middlebox that accepts every port, and closes what is not its own.
nsx "$west" python3 -c '
import socket
server = socket.create_server(("", 80))
while True:
    conn, _ = server.accept()
    conn.recv(6)
    conn.close()
' &
defer "kill $!"
closes() {
	nsx "$west" ss -Htln sport = 80 | grep -q LISTEN
}
check "something closes what connects to port 80" busywait 5000 closes
check "a short wait" vnectl -n "$east" ipsec set hq port 80,443 reconnect-min 1 reconnect-max 1
vnectl -n "$east" ipsec up hq
on_443() {
	is "$east" hq tcp_port 443 && is "$east" hq state open
}
check "the next port after a connection that ended at once" slowwait 15 on_443
finish
