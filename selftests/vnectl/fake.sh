#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# Fake TCP with strongSwan: IKE goes by the connection, and ESP beside it, also
# after the fall-back from UDP. It is turned on and off while it runs; one side
# alone has none, and both show what they do.

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping

# responder_conf ESP
responder_conf() {
	cat <<-CONF
	ipsec-transport "clients" {
		role = responder
		remote = 0.0.0.0/0
		esp = $1
	}
	CONF
}

# counted NS COUNTER: of the only peer
counted() {
	vnectl -n "$1" -s -j ipsec show | python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["stats"][sys.argv[1]])' "$2"
}

# counted_all: sent and received as fake TCP, at both ends
counted_all() {
	echo "$(counted "$east" tx_fake) $(counted "$west" rx_fake) $(counted "$west" tx_fake) $(counted "$east" rx_fake)"
}

ping_works() {
	nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
}

# so_many: numbers, each of which is at least 3
so_many() {
	local number
	for number; do
		[[ $number -ge 3 ]] || return
	done
}

topo_up
no_plaintext
charons_up
responder_conf fake-tcp | daemon_up "$west"
daemon_up "$east" <<-CONF
	ipsec-transport "hq" {
		transport = udp-fallback-tcp
		fallback-tcp-threshold = 3
		esp = fake-tcp
		remote = $WEST4
		child = "net"
		vici = "unix://$WORK/$east.d/vici"
	}
CONF
check_match "status shows it" 'transport udp-fallback-tcp, esp fake-tcp,' vnectl -n "$east" ipsec status
check "UDP comes first" is "$east" hq state udp

block_udp
swan "$east" --initiate --child net --timeout 60 >/dev/null 2>&1 &
check "it falls back to TCP" slowwait 30 is "$east" hq state open || logs
check "IKE establishes" slowwait 20 established "$east" || logs
check "ping" slowwait 10 ping_works || logs
read -r -a before <<<"$(counted_all)"
check "ping" ping_works
read -r -a after <<<"$(counted_all)"
check "each packet was fake TCP" so_many "$((after[0] - before[0]))" "$((after[1] - before[1]))" \
	"$((after[2] - before[2]))" "$((after[3] - before[3]))"
check_eq "nothing of it was in the stream" "$(counted "$east" tx_esp) $(counted "$east" rx_esp)" "0 0"
check "IKE was" test "$(counted "$east" tx_ike)" -gt 1
check_match "the peer says it" 'esp fake-tcp[[:space:]].*connection [0-9]+ open .* esp fake-tcp ' \
	vnectl -n "$east" ipsec show
check_match "in JSON" '"esp":"fake-tcp".*"connections":\[\{.*"esp":"fake-tcp"' vnectl -n "$east" -j ipsec show
check_match "also at the responder" '"connections":\[\{.*"esp":"fake-tcp"' vnectl -n "$west" -j ipsec show

# By file and reload at the one side, by command at the other.
port=$(client_port)
check "off at the originator" vnectl -n "$east" ipsec set hq esp tcp
check "ping: the responder follows" ping_works
responder_conf tcp >"$WORK/$west.conf"
check "off at the responder" vnectl -n "$west" reload
check "ping" ping_works
check "by the stream" so_many "$(counted "$east" tx_esp)" "$(counted "$east" rx_esp)"
check_eq "the connection is the same" "$(client_port)" "$port"
responder_conf fake-tcp >"$WORK/$west.conf"
check "on at the responder" vnectl -n "$west" reload
check "on at the originator" vnectl -n "$east" ipsec set hq esp fake-tcp
read -r -a before <<<"$(counted_all)"
check "ping" ping_works
read -r -a after <<<"$(counted_all)"
check "fake TCP again" so_many "$((after[0] - before[0]))" "$((after[3] - before[3]))"
check_eq "the connection is the same" "$(client_port)" "$port"
check_refused "UDP contradicts it" '"esp" fake-tcp contradicts "transport" udp' \
	vnectl -n "$east" ipsec set hq transport udp

# A client without fake TCP at a responder that has it.
check "the originator comes without it" vnectl -n "$east" ipsec set hq esp tcp transport tcp
check "it connects" busywait 10000 is "$east" hq state open
check "ping" slowwait 20 ping_works || logs
check_eq "no fake TCP" "$(counted "$east" tx_fake) $(counted "$east" rx_fake)" "0 0"
check_match "nor at the responder" ' esp tcp ' vnectl -n "$west" ipsec show
finish
