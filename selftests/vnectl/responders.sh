#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Responders that share an address and a port: a client belongs to the one with
# the longest prefix that covers it (RFC 9329, section 2: the responder listens
# on ports that are configured).

. "$(dirname "$0")/daemon.sh"
need_cmd vnectl

topo_up
ip -n "$east" addr add 192.0.2.7/24 dev outer
ip -n "$east" addr add 198.51.100.7/24 dev outer
ip -n "$west" addr add 198.51.100.1/24 dev outer

west_conf() {
	cat <<-CONF
	ipsec-transport "all" {
		role = responder
		remote = 0.0.0.0/0
		port = { 4500, 443 }
		proof-timeout = 300
	}
	ipsec-transport "six" {
		role = responder
		remote = ::/0
		proof-timeout = 300
	}
	ipsec-transport "net" {
		role = responder
		remote = 192.0.2.0/24
		dscp = $1
		proof-timeout = 300
	}
	CONF
}
one_conf() {
	cat <<-CONF
	ipsec-transport "one" {
		role = responder
		remote = $EAST4/32
		dscp = 46
		proof-timeout = 300
		max-connections = 1
	}
	CONF
}
connections() {
	local name out=()
	for name in all net one; do
		out+=("$(status "$west" $name connections)")
	done
	echo "${out[*]}"
}
are() {
	[[ $(connections) = "$1" ]]
}
# from ADDRESS TO PORT: a client that stays; sets CLIENT.
from() {
	ip netns exec "$east" python3 - "$@" 2>/dev/null <<-'PYTHON' &
		import socket, sys
		sock = socket.create_connection(sys.argv[2:], source_address=(sys.argv[1], 0))
		sock.sendall(b'IKETCP')
		sock.recv(1)
	PYTHON
	CLIENT=$!
}
sockets() {
	nsx "$west" ss -Htnlp "sport = :$1" | wc -l
}
# One of the bytes that stand for a class of traffic, as tcpdump or ss show it.
tos() {
	nsx "$west" ss -Htn --tos dst "$1" | grep -oE 'tos:0x[0-9a-f]+'
}

daemon_up "$west" < <(west_conf 10; one_conf)
WEST_PID=$PID
check "three blocks listen on one port" busywait 5000 is "$west" one state listening
check_eq "by one socket, IPv6 by another" "$(sockets 4500)" 2
check_eq "and one for the other port" "$(sockets 443)" 1
from 198.51.100.7 198.51.100.1 4500
check "a client that one prefix covers" busywait 5000 are "1 0 0"
from 192.0.2.7 $WEST4 4500
check "one that two cover: the longer one" busywait 5000 are "1 1 0"
from $EAST4 $WEST4 4500
one=$CLIENT
check "one that three cover: the longest one" busywait 5000 are "1 1 1"
from $EAST4 $WEST4 443
check "the other port is of one block only" busywait 5000 are "2 1 1"
check_eq "each has the options of its block: the one" "$(tos "$EAST4:*" | sort -u | tail -n1)" tos:0xb8
check_eq "the other" "$(tos 192.0.2.7)" tos:0x28
check_eq "the third" "$(tos 198.51.100.7)" ""
from $EAST4 $WEST4 4500
check "a client that has shown nothing makes room for the next one" busywait 5000 not kill -0 "$one"
check_eq "the limit is that of the block" "$(connections)" "2 1 1"
kill "$CLIENT"
check "a client goes" busywait 5000 are "2 1 0"

check "one block goes down" vnectl -n "$west" ipsec down one
from $EAST4 $WEST4 4500
check "its clients are the next one's" busywait 5000 are "2 2 0"
check "all but one go down" vnectl -n "$west" ipsec down all
check_eq "the socket is there for the one that is left" "$(sockets 4500) $(sockets 443)" "2 0"
from 198.51.100.7 198.51.100.1 4500
check "it covers the others no longer" busywait 5000 logged "$west" '198.51.100.7 .* is refused: "remote" does not'
check "up again" vnectl -n "$west" ipsec up all
from 198.51.100.7 198.51.100.1 4500
check "and serves" busywait 5000 are "1 2 0"

west_conf 10 >"$WORK/$west.conf"
check "a block leaves the file" vnectl -n "$west" reload
check_eq "the others are not disturbed" "$(status "$west" net connections) $(status "$west" all connections)" "2 1"
west_conf 11 >"$WORK/$west.conf"
check "a block changes" vnectl -n "$west" reload
check_eq "no other is disturbed" "$(status "$west" net connections) $(status "$west" all connections)" "0 1"
from 192.0.2.7 $WEST4 4500
check "it serves on" busywait 5000 is "$west" net connections 1
check_refused "the same prefix twice" '"again": "net" has the same "remote", "local" and "port"' \
	vnectl -n "$west" ipsec listen again remote 192.0.2.0/24
check_refused "one that has the address for itself" '"own": .* listens on the same "port", and one of the two has no "local"' \
	vnectl -n "$west" ipsec listen own remote 203.0.113.0/24 local $WEST4
kill -TERM $WEST_PID
wait $WEST_PID
check_eq "the daemon ends well" $? 0
check_eq "and nobody listens" "$(sockets 4500)" 0
finish
