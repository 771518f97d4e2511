#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# The kernel's own ESP-in-TCP, where it is compiled in, at the other end: as TCP
# Responder, then as TCP Originator. It leaves the stream prefix to its owner.

. "$(dirname "$0")/topo.sh"
need_cmd ping iperf3

topo_up
here=$(dirname "$0")
nsx "$west" python3 - <<-'PYTHON' || skip "no espintcp in this kernel"
	import socket
	a = socket.create_server(('127.0.0.1', 0))
	b = socket.create_connection(a.getsockname())
	b.setsockopt(socket.IPPROTO_TCP, 31, b'espintcp')
PYTHON

# The other end: reads or sends the prefix, hands its socket to the kernel, and
# answers IKE messages with themselves.
espintcp() {
	ip netns exec "$west" python3 - "$here" "$@" <<-'PYTHON' &
		import socket, sys
		sys.path.insert(0, sys.argv[1])
		from rfc9329 import PREFIX, read_exactly
		if sys.argv[2] == 'listen':
		    listener = socket.create_server((sys.argv[3], int(sys.argv[4])))
		    sock = listener.accept()[0]
		    assert read_exactly(sock, 6) == PREFIX
		else:
		    sock = socket.create_connection((sys.argv[3], int(sys.argv[4])))
		    sock.sendall(PREFIX)
		sock.setsockopt(socket.IPPROTO_TCP, 31, b'espintcp')
		while True:
		    message = sock.recv(65536)
		    if not message:
		        break
		    sock.send(message)
	PYTHON
	OTHER=$!
}

# SAs of the kernel's own type at the other end.
tunnel_espintcp() {
	local here_port=$1 there=$2
	ENCAP=espintcp
	ip -n "$west" xfrm state flush
	sa "$west" $EAST4 $WEST4 0x1001 "$here_port" "$there"
	sa "$west" $WEST4 $EAST4 0x1002 "$there" "$here_port"
	ENCAP=
}

ike() {
	nsx "$east" python3 - "$here" "$1" <<-'PYTHON'
		import socket, sys
		sys.path.insert(0, sys.argv[1])
		from rfc9329 import MARKER, ike
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.bind(('192.0.2.1', 4500))
		sock.settimeout(10)
		for size in (0, 1, 100, 5000):
		    sent = MARKER + ike(bytes(size))
		    sock.sendto(sent, ('192.0.2.2', int(sys.argv[2])))
		    assert sock.recv(10000) == sent, size
	PYTHON
}

through() {
	check "$1: IKE messages there and back" ike "$2"
	check "$1: ping" nsx "$east" ping -q -c3 -i0.1 -W3 10.2.0.1
	check "$1: ping with 8,000 bytes" nsx "$east" ping -q -c3 -i0.1 -W3 -s 8000 10.2.0.1
	check "$1: TCP" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 512K
	check "$1: TCP, the other way" \
		nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 512K -R
}

ip netns exec "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201

espintcp listen $WEST4 4500
wait_listen "$west" tcp 4500
check "peer" tool "$east" add 1 originator $WEST4
ip netns exec "$east" python3 "$here/tool.py" connect 1 $WEST4 4500 &
own=$!
busywait 5000 conn_is "$east" "^open"
port=$(nsx "$east" ss -Htn state established dport = :4500 | awk '{ sub(/.*:/, "", $3); print $3 }')
tunnel $EAST4 $WEST4 4500
tunnel_espintcp "$port" 4500
through "espintcp is the responder" 4500
kill $own
wait $OTHER 2>/dev/null
tool "$east" del 1

check "peer, the other way" tool "$east" add 1 responder $WEST4
ip netns exec "$east" python3 "$here/tool.py" listen 1 4500 &
wait_listen "$east" tcp 4500
espintcp connect $EAST4 4500
busywait 5000 conn_is "$east" "^open"
# The other end knows its own TCP port, the IKE daemon here a UDP port.
read -r tcp port < <(tool "$east" conns | awk '{ print $2, $NF }')
tunnel $EAST4 $WEST4 4500
ip -n "$east" xfrm state flush
sa "$east" $EAST4 $WEST4 0x1001 4500 "$port"
sa "$east" $WEST4 $EAST4 0x1002 "$port" 4500
tunnel_espintcp 4500 "$tcp"
through "espintcp is the originator" "$port"
check_eq "nothing was dropped" "$(tool "$east" stats 1 | grep -E 'full|lost|unknown|no_|bad')" ""
finish
