#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
#
# Fake TCP comes and goes under traffic: by settings of peers, with connections
# that are replaced or closed, with namespaces, with the module.

. "$(dirname "$0")/topo.sh"
need_cmd ping

pings() {
	nsx "$east" ping -q -c1 -W1 10.2.0.1
}
# ways NS: packets as fake TCP and by the stream
ways() {
	echo "$(counter "$1" tx_fake) $(counter "$1" tx_esp)"
}
# grows NS N: the Nth of them is more than it was
grows() {
	local before now
	read -ra before <<<"$(ways "$1")"
	pings >/dev/null
	pause 0.2
	read -ra now <<<"$(ways "$1")"
	[[ ${now[$2]} -gt ${before[$2]} ]]
}
fake() {
	slowwait 5 grows "$1" 0
}
stream() {
	slowwait 5 grows "$1" 1
}
only_stream() {
	! grows "$1" 0
}
renewed() {
	[[ $(counter "$1" conn_renew) -ge 1 ]]
}

topo_up
listener_up
check "peers without it" tool "$east" add 1 originator $WEST4
tool "$west" add 1 responder $EAST4
connector_up $WEST4
tunnel $EAST4 $WEST4 "$UDP_PORT"
flood
check "ping by the stream" slowwait 5 pings
check_eq "no fake TCP" "$(counter "$east" tx_fake) $(counter "$west" tx_fake)" "0 0"

# ---- settings ----

check_refused "a value that is none" "out of range" tool "$east" set 1 esp=2
check "a connection that has moved far: the responder" tool "$west" set 1 esp=1
check "it receives, and sends by the stream" stream "$west"
check "the originator" tool "$east" set 1 esp=1
check "asks for a successor at once" busywait 5000 renewed "$east"
check "and goes on by the stream" pings
check_eq "no fake TCP" "$(counter "$east" tx_fake) $(counter "$west" tx_fake)" "0 0"

# ---- a successor, under traffic ----

old=$CONNECTOR
connector_up $WEST4
remap
check "a new connection: fake TCP (east)" fake "$east"
check "fake TCP (west)" fake "$west"
kill "$old"
check "the old one goes" busywait 5000 not conn_is "$east" "^draining"
check "ping" slowwait 5 pings

# ---- off and on under traffic ----

check "the originator without" tool "$east" set 1 esp=0
check "it takes the stream" stream "$east"
check "and the responder, too" stream "$west"
check "no fake TCP any more (east)" only_stream "$east"
check "no fake TCP any more (west)" only_stream "$west"
check "ping" slowwait 5 pings
check "the responder without" tool "$west" set 1 esp=0
for ((i = 0; i < 8; i++)); do
	tool "$east" set 1 esp=$((i % 2)) || fail "setting $i"
	tool "$west" set 1 esp=$((i / 2 % 2)) || fail "setting $i"
done
tool "$east" set 1 esp=1
tool "$west" set 1 esp=1
old=$CONNECTOR
connector_up $WEST4
remap
kill "$old"
check "after many changes: fake TCP (east)" fake "$east"
check "fake TCP (west)" fake "$west"
check "ping" slowwait 5 pings

# ---- closed under traffic ----

for ((i = 0; i < 5; i++)); do
	kill -KILL "$CONNECTOR"
	slowwait 5 not conn_is "$west" "^open"
	connector_up $WEST4
	remap
done
check "closed and opened five times: fake TCP" fake "$west"
check "ping" slowwait 5 pings
check "the responder's peer is deleted" tool "$west" del 1
check "its connections are reset" slowwait 5 not conn_is "$east" .
tool "$west" add 1 responder $EAST4 esp=1
connector_up $WEST4
remap
check "a new peer: fake TCP" fake "$west"

# ---- two peers, one of them with it ----

check "another peer" tool "$east" add 2 originator 192.0.2.77 esp=1
check "goes" tool "$east" del 2
check "the first one has it still" fake "$east"

# ---- the module and the namespaces go under traffic ----

check_fails "the module stays as long as there are connections" rmmod ipsec_tcp
kill "$CONNECTOR" "$LISTENER"
check "without, it goes under traffic" slowwait 10 rmmod ipsec_tcp
check "and comes back" modprobe ipsec_tcp
tool "$east" add 1 originator $WEST4 esp=1
tool "$west" add 1 responder $EAST4 esp=1
listener_up
connector_up $WEST4
remap
check "it works again" fake "$west"
for ns in "$west" "$east"; do
	pids=$(ip netns pids "$ns")
	ip netns delete "$ns"
	# shellcheck disable=SC2086 # a list
	kill -KILL $pids 2>/dev/null
done
# A FIN may have been lost with the namespace: TCP tries some times more.
check "namespaces with connections go, and the module" slowwait 60 rmmod ipsec_tcp
finish
