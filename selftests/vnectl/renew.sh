#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# A connection with fake TCP gets a successor before firewalls refuse it: no
# packet is lost meanwhile, and the old connection ends when nobody needs it. If
# the new one cannot be opened, the old one goes on.

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping

# What looks like IKE, of an IKE SA that nobody knows: 27 KB of it.
move_stream() {
	nsx "$east" python3 - $EAST4 $WEST4 <<-'CODE'
	import socket, struct, sys
	here, there = sys.argv[1:]
	size = 1348
	ike = struct.pack('!8s8sBBBBII', b'nobodys!', b'sa knows', 46, 0x20, 37,
	                  0x08, 1, size) + bytes(size - 28)
	udp = struct.pack('!HHHH', 4500, 4500, 8 + 4 + size, 0) + bytes(4) + ike
	with socket.socket(socket.AF_INET, socket.SOCK_RAW,
	                   socket.IPPROTO_UDP) as raw:
	    raw.bind((here, 0))
	    for _ in range(20):
	        raw.sendto(udp, (there, 0))
	CODE
}

# ping_on: from both ends until ping_end; $LOST is how many had no answer
ping_on() {
	rm -f "$WORK/pings" "$WORK/enough"
	while [[ ! -e $WORK/enough ]]; do
		nsx "$east" ping -q -c5 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
		nsx "$west" ping -q -c5 -i0.2 -W3 -I 10.2.0.1 10.1.0.1
	done >"$WORK/pings" 2>&1 &
	PINGER=$!
}

ping_end() {
	touch "$WORK/enough"
	wait "$PINGER"
	LOST=$(awk '/transmitted/ { lost += $1 - $4; sent += $1 } END { print sent ? lost : "none sent" }' "$WORK/pings")
}

# Firewalls that refuse what does not fit into the window of a connection.
firewalls_up() {
	local ns
	for ns in "$east" "$west"; do
		nsx "$ns" nft -f - <<-RULES
		table inet state {
			chain in {
				type filter hook input priority 1
				meta l4proto tcp ct state invalid counter drop
			}
		}
		RULES
	done
}

# faked: packets that were sent as fake TCP
faked() {
	vnectl -n "$east" -s -j ipsec show | python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["stats"]["tx_fake"])'
}

topo_up
block_udp
firewalls_up
no_plaintext
clients_up 0.0.0.0/0 'esp = fake-tcp'
hq_up $WEST4 'esp = fake-tcp' 'connect-timeout = 1' 'reconnect-max = 2'
charons_up
check "the originator connects" busywait 5000 is "$east" hq state open
check "IKE establishes" swan "$east" --initiate --child net --timeout 20 || logs
check "ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_match "TCP keep-alives are on" 'timer:\(keepalive' nsx "$east" ss -Hton state established dport = :4500
check_match "at the responder, too" 'timer:\(keepalive' nsx "$west" ss -Hton state established sport = :4500

sa=$(spi "$east") old=$(client_port)
for ns in "$east" "$west"; do
	vnectl -n "$ns" ipsec monitor >"$WORK/$ns.events" &
done
vnectl -n "$west" -j ipsec monitor >"$WORK/json" &
ping_on
is_renewed() {
	local now
	now=$(client_port)
	[[ $now && $now != "$old" ]]
}
both_ends() {
	[[ $(shown "$east") = "1 $1" && $(shown "$west") = "1 $1" ]]
}
move_stream
check "a newer connection takes over" busywait 10000 is_renewed || logs
check "the old one is still there" both_ends 2
check_match "it drains" ' draining ' vnectl -n "$east" ipsec show
check_match "the monitor tells it" 'conn-renew peer [0-9]+ connection ' cat "$WORK/$east.events"
check_match "and at the responder" 'conn-renew peer [0-9]+ connection ' cat "$WORK/$west.events"
check_match "in JSON" '"event":"conn-renew"' cat "$WORK/json"
check "the old one ends" slowwait 40 both_ends 1 || logs
check "the daemon says it" logged "$east" 'the old connection is closed'
ping_end
check_eq "no ping is lost" "$LOST" 0
for ns in "$east" "$west"; do
	check_match "the firewall refused nothing" 'counter packets 0 ' nsx "$ns" nft list table inet state
done
before=$(faked)
check "ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_eq "as fake TCP" "$(($(faked) - before))" 3
check "the IKE daemon knows the new port" established "$west" "remote-port=$(client_port)"
check_eq "it is the IKE SA that it was" "$(spi "$east")" "$sa"

# Nobody says anything: the responder still knows the old port, and no other.
quiet() {
	vnectl -n "$east" -j ipsec show | python3 -c '
import json, sys
sys.exit(not all(c["idle"] >= 14 for c in json.load(sys.stdin)[0]["connections"]))'
}
old=$(client_port)
move_stream
check "a newer connection takes over" busywait 10000 is_renewed || logs
check "nothing comes for a long time" slowwait 40 quiet
check "the old one is still there" both_ends 2
check "ping from the responder" nsx "$west" ping -q -c3 -i0.2 -W3 -I 10.2.0.1 10.1.0.1
check "the old one ends" slowwait 40 both_ends 1 || logs

old=$(client_port)
nsx "$west" nft -f - <<-RULES
	table inet cut {
		chain in {
			type filter hook input priority 0
			tcp dport 4500 tcp flags & (syn | ack) == syn drop
		}
	}
RULES
ping_on
move_stream
waits_for_successor() {
	[[ $(status "$east" hq renew_why) = *"no answer"* ]]
}
check "a newer one cannot be opened" busywait 10000 waits_for_successor || logs
check_match "status says so" 'renewing for fake TCP: cannot connect: no answer' \
	vnectl -n "$east" ipsec status hq
check_eq "the old one goes on" "$(status "$east" hq state) $(client_port)" "open $old"
mend_tcp
check "it is tried again" slowwait 20 is_renewed || logs
ping_end
check_eq "no ping is lost" "$LOST" 0

# A firewall resets the newer one, once it is there.
old=$(client_port)
move_stream
check "a newer connection takes over" busywait 10000 is_renewed || logs
bad=$(client_port)
bad_tcp=$(vnectl -n "$west" -j ipsec show |
	jq -r '.[].connections[] | select(.state == "open") | .remote_port' | tail -n1)
nsx "$west" nft -f - <<-RULES
	table inet cut {
		chain in {
			type filter hook input priority 0
			tcp sport $bad_tcp reject with tcp reset
		}
	}
RULES
nsx "$east" ping -q -c1 -W1 -I 10.1.0.1 10.2.0.1 >/dev/null
check "it is reset" busywait 10000 logged "$east" 'no newer connection yet: it ended' || logs
check_eq "the old one is in use again" "$(status "$east" hq state)" open
another_one() {
	[[ $(client_port) != "$bad" && $(status "$east" hq renewing) = false ]]
}
check "there is another soon" slowwait 20 another_one || logs
check "ping" slowwait 20 nsx "$east" ping -q -c3 -i0.2 -W1 -I 10.1.0.1 10.2.0.1 || logs
mend_tcp

old=$(client_port)
check "no fake TCP any more" vnectl -n "$east" ipsec set hq esp tcp
check "also at the responder" vnectl -n "$west" ipsec set clients esp tcp
check_match "the peer knows" 'esp tcp' vnectl -n "$east" ipsec show
check_eq "on the same connection" "$(status "$east" hq state) $(client_port)" "open $old"
check "ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
finish
