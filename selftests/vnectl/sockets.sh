#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# What the daemon sets on its TCP sockets: the mark and the device, which choose
# another route than that of the tunnel; keep-alives. And what it logs of
# clients, which are anybody.

. "$(dirname "$0")/daemon.sh"
need_cmd vnectl nft jq python3 ss

topo_up
clients_up 0.0.0.0/0
# Without the mark, the peer is behind the tunnel, that is, nowhere.
ip_batch "$east" <<-EOF
	rule add pref 10 fwmark 7 lookup main
	rule add pref 20 to $WEST4 unreachable
EOF
hq_up $WEST4 'reconnect-min = 1' 'reconnect-max = 1'
check "no route without the mark" slowwait 10 is "$east" hq state waiting
check_match "it says so" '[Uu]nreachable|[Nn]o route' vnectl -n "$east" ipsec status hq
check "mark" vnectl -n "$east" ipsec set hq mark 7
check "by the route of the mark" slowwait 10 is "$east" hq state open
check_eq "JSON has it" "$(status "$east" hq mark)" 7
check_match "the mark is the socket's" 'fwmark:0x7' nsx "$east" ss -Htne dst $WEST4 dport = 4500
check_match "TCP keep-alives are on" 'timer:\(keepalive,' nsx "$east" ss -Htno dst $WEST4 dport = 4500
check_match "of the responder, too" 'timer:\(keepalive,' nsx "$west" ss -Htno state established sport = 4500

ip -n "$east" link add other type dummy
ip -n "$east" link set other up
check "bind-device" vnectl -n "$east" ipsec set hq bind-device other
check "not by another device" not slowwait 2 is "$east" hq state open
check "the device of the route" vnectl -n "$east" ipsec set hq bind-device outer
check "it is connected" slowwait 10 is "$east" hq state open
check_match "the socket is bound" '%outer' nsx "$east" ss -Htn dst $WEST4 dport = 4500

# 100 messages a minute. What is no stream prefix ends a connection, by a reset.
ended() {
	grep -c 'a connection ended' "$WORK/$west.log"
}
nsx "$east" python3 - $WEST4 <<'PYTHON'
import socket
import sys
for _ in range(150):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 7)
    sock.connect((sys.argv[1], 4500))
    sock.send(b'GET / ')
    try:
        sock.recv(1)
    except ConnectionResetError:
        pass
    sock.close()
PYTHON
came() {
	[[ $(status "$west" clients connections_so_far) -ge 152 ]]
}
closed() {
	is "$west" clients connections 1
}
check "150 clients have come" slowwait 20 came
check "and have gone" slowwait 20 closed
lines=$(ended)
check "most of them are in the log" test "$lines" -ge 90
check "100 lines at most" test "$lines" -le 100
finish
