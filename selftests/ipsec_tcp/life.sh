#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
#
# The life of connections: which one is used, how they end, with packets under
# way all the time; module and namespaces can go.

. "$(dirname "$0")/topo.sh"
need_cmd ping nft

topo_up
check "peer of the originator" tool "$east" add 1 originator $WEST4
check "peer of the responder" tool "$west" add 1 responder $EAST4 prefix-timeout=$((2 * PATIENCE))
listener_up

pings() {
	nsx "$east" ping -q -c1 -W1 10.2.0.1
}
grown() {
	[[ $(counter "$1" "$2") -gt $3 ]]
}

# ---- no connection ----

tunnel $EAST4 $WEST4 4500
check_fails "no connection: nothing gets through" pings
check "5: nor does it leave by UDP" grown "$east" tx_no_connection 0

# ---- one, and its end ----

connector_up $WEST4
tunnel $EAST4 $WEST4 "$UDP_PORT"
flood
check "a connection" slowwait 5 pings
kill -KILL $CONNECTOR
check "the owner ends, the responder notices" slowwait 5 not conn_is "$west" "^open"
check_fails "nothing gets through" pings
check_eq "6.1: the SAs are there" "$(ip -n "$west" xfrm state | grep -c 'proto esp')" 2

# ---- reconnect, from another port ----

connector_up $WEST4
remap
check "6.1: a new connection goes on with the SAs" slowwait 5 pings

# ---- reset by somebody on the way ----

nsx "$west" nft -f - <<-RULES
table inet cut {
	chain in {
		type filter hook input priority 0
		tcp dport 4500 reject with tcp reset
	}
}
RULES
check "a reset ends the connection" slowwait 5 not conn_is "$east" .
nsx "$west" nft delete table inet cut
check "the owner of the socket has noticed" slowwait 5 not kill -0 $CONNECTOR
nsx "$west" ss -K dst $EAST4 >/dev/null 2>&1
connector_up $WEST4
remap
check "and a new one works" slowwait 5 pings

# ---- two connections ----

old=$CONNECTOR old_port=$CLIENT_PORT old_udp=$UDP_PORT
connector_up $WEST4
check "6.1: a second connection: the first one drains" conn_is "$east" "^draining"
remap
check "the new one is used" slowwait 5 pings
check "what comes by the old one is received" conn_is "$west" "^open $old_port"
kill $CONNECTOR
check "the new one ends, the old one takes over" slowwait 5 not conn_is "$east" "^draining"
CLIENT_PORT=$old_port UDP_PORT=$old_udp
remap
check "and works" slowwait 5 pings
kill $old
slowwait 5 not conn_is "$west" "^open"

# ---- silence ----

ip netns exec "$east" python3 - <<-'PYTHON' &
	import socket, time
	sock = socket.create_connection(('192.0.2.2', 4500))
	sock.sendall(b'IKET')
	sock.recv(1)
PYTHON
raw=$!
check "half a prefix" slowwait 5 conn_is "$west" "^prefix"
check "times out" slowwait 10 not conn_is "$west" "^prefix"
check_eq "and is counted" "$(counter "$west" conn_prefix_timeout)" 1
check "its client has noticed" slowwait 5 not kill -0 $raw

# ---- limits, and deletion ----

tool "$west" set 1 max-connections=1
connector_up $WEST4
remap
check "a connection again" slowwait 5 pings
tool "$east" connect 1 $WEST4 4500 2>/dev/null &
check "one too many is refused" slowwait 5 grown "$west" conn_refused 0
check "the peer is deleted under traffic" tool "$west" del 1
check "its connections are reset" slowwait 5 not conn_is "$east" .
check "peer again" tool "$west" add 1 responder 192.0.2.0/24
connector_up $WEST4
remap
check "and a connection" slowwait 5 pings
check "idle, on the one side" tool "$west" set 1 idle-timeout=1
check "traffic keeps it" slowwait 2 pings

# ---- the module and the namespaces go under traffic ----

flood
check_fails "the module stays as long as there are connections" rmmod ipsec_tcp
kill $CONNECTOR $LISTENER
check "without, it goes under traffic" slowwait 10 rmmod ipsec_tcp
check "and comes back" modprobe ipsec_tcp

# ---- a FIN that nobody answers ----

again() {
	tool "$east" add 1 originator $WEST4
	tool "$west" add 1 responder $EAST4
	listener_up
	connector_up $WEST4
	remap
}
orphans() {
	[[ $(nsx "$1" ss -Htan state fin-wait-1 state last-ack dport = "$2" | wc -l) -gt 0 ]]
}
again
check "it works again" slowwait 5 pings
for ns in "$east" "$west"; do
	nsx "$ns" nft 'table inet cut { chain out { type filter hook output priority 0; meta l4proto tcp drop; }; }'
done
kill $CONNECTOR
check "a socket is closed, its FIN gets lost" slowwait 5 orphans "$east" 4500
kill $LISTENER
check "on the other side, too" slowwait 5 orphans "$west" "$CLIENT_PORT"
check "the module need not wait for TCP" slowwait 5 rmmod ipsec_tcp
check "TCP goes on by itself: at one end" orphans "$east" 4500
check "and at the other" orphans "$west" "$CLIENT_PORT"
for ns in "$east" "$west"; do
	nsx "$ns" nft delete table inet cut
done
check "and ends when it is answered" slowwait 20 not orphans "$east" 4500
check "at both ends" slowwait 20 not orphans "$west" "$CLIENT_PORT"
check "the module comes back" modprobe ipsec_tcp
again
check "it works again" slowwait 5 pings
for ns in "$west" "$east"; do
	pids=$(ip netns pids "$ns")
	ip netns delete "$ns"
	# shellcheck disable=SC2086 # a list
	kill -KILL $pids 2>/dev/null
done
check "namespaces with connections go, and the module" slowwait 20 rmmod ipsec_tcp
finish
