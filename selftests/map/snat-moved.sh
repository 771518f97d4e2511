#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A UDP flow that never pauses follows its route: to another line, which
# masquerades, and back. It gets the source of the line that it leaves by, as a
# flow does that two masqueraded lines share. A device that goes down takes its
# flows with it.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd nft
snat_up
serve "$srv" 8080
veth "$ce" eth1 "$srv" eth1
ip -n "$ce" addr add 172.16.0.1/24 dev eth1
ip -n "$srv" addr add 172.16.0.2/24 dev eth1
ip -n "$srv" route replace 172.16.0.0/24 dev eth1 src $SRV4
nsx "$ce" nft 'table ip t { chain post { type nat hook postrouting priority srcnat; oifname eth1 masquerade; }; }'

# seen_as REGEX: what the server sees of one socket's next packet
seen_as() {
	udp "$lan" $SRV4 8080 -p 40123 -t 1 | grep -Eq "$1"
}
first=
own_port() {
	local who
	who=$(udp "$lan" $SRV4 8080 -p 40123 -t 1) && is_own "$who" $CE4 0x34 && first=$who
}
check "by the tunnel: address and port of the CE" busywait 3000 own_port
ip -n "$ce" route replace default via 172.16.0.2 dev eth1
check "the route moves: the other line's address" busywait 5000 seen_as '^172.16.0.1 '
ip -n "$ce" route replace default dev map0
check "it moves back: those of the CE again" busywait 5000 own_port

check "there is an entry" entries 1 -p udp --orig-port-src 40123
ip -n "$ce" link set map0 down
check "the device goes down: there is none" busywait 3000 entries 0 -p udp --orig-port-src 40123
ip_batch "$ce" <<-EOF
	link set map0 up
	addr replace $CE4/32 dev map0
	route replace default dev map0
EOF
was=$first
check "and up: it goes on" busywait 5000 own_port
check_eq "with the same port" "$first" "$was"
finish
