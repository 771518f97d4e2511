#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# strongSwan behind a NAT that lets only TCP out: traffic both ways, dead peer
# detection, rekeying, and a NAT that forgets (RFC 9329, section 6.1).

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping iperf3

# east - router - west; the router's address is all that west sees.
nat_up() {
	setup_ns router
	ip -n "$east" link del outer
	veth "$east" outer "$router" inside
	veth "$router" outside "$west" outer
	ip -n "$east" addr add 192.168.1.2/24 dev outer
	ip -n "$east" route add default via 192.168.1.1
	ip -n "$east" route replace 10.2.0.1 via 192.168.1.1 src 10.1.0.1
	ip -n "$router" addr add 192.168.1.1/24 dev inside
	ip -n "$router" addr add $EAST4/24 dev outside
	ip -n "$west" addr add $WEST4/24 dev outer
	ip -n "$west" route replace 10.1.0.1 via $EAST4 src 10.2.0.1
	forwarding "$router"
	nsx "$router" nft -f - <<-NFT
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname outside masquerade random
		}
		chain forward {
			type filter hook forward priority 0
			meta l4proto { udp, esp } counter drop
		}
	}
	NFT
}

# Requests of dead peer detection: of whoever was first, for the other has heard
# something then.
dpd() {
	cat "$WORK"/{"$east","$west"}.d/log | grep -c 'sending DPD request'
}
more_dpd() {
	[[ $(dpd) -gt $1 ]]
}
traffic() {
	check "$1: ping" slowwait 10 nsx "$east" ping -q -c3 -i0.2 -W1 -I 10.1.0.1 10.2.0.1 || logs
	check "$1: ping, the other way" nsx "$west" ping -q -c3 -i0.2 -W3 -I 10.2.0.1 10.1.0.1
	check "$1: TCP" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 2M
	check "$1: TCP, the other way" nsx "$east" timeout $((20 * PATIENCE)) \
		iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 2M -R
}

topo_up
nat_up
no_plaintext
clients_up $EAST4
hq_up $WEST4 'user-timeout = 3' 'reconnect-max = 2'
CONNECTION=('dpd_delay = 2s')
charons_up 192.168.1.2 $WEST4 %any
check "the originator connects" busywait 5000 is "$east" hq state open
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
check "IKE establishes" swan "$east" --initiate --child net --timeout $((20 * PATIENCE)) || logs
check "the responder knows the client by the NAT's port" \
	established "$west" "remote-host=$EAST4 remote-port=$(client_port)"
traffic "at first"
before=$(spi "$east")

check "dead peer detection asks, and is answered" slowwait 15 more_dpd 2
check "the ESP SA is rekeyed" swan "$east" --rekey --child net
check "and from behind" swan "$west" --rekey --child net
traffic "rekeyed"
check "the IKE SA is rekeyed" swan "$east" --rekey --ike hq
check "and from behind" swan "$west" --rekey --ike hq
rekeyed() {
	[[ $(spi "$west") != "$before" && $(spi "$west") = "$(spi "$east")" ]]
}
check "with new SPIs" slowwait 5 rekeyed
asked=$(dpd)
check "dead peer detection goes on" slowwait 15 more_dpd $((asked + 1))
traffic "all new"

# The NAT forgets, and gives another port.
before=$(spi "$east") port=$(client_port)
nsx "$router" conntrack -F >/dev/null 2>&1
nsx "$router" nft add rule ip nat forward ip saddr 192.168.1.2 tcp sport "$(
	nsx "$east" ss -Htn state established dport = :4500 | awk '{ sub(".*:", "", $3); print $3 }')" drop
port_is_new() {
	local now
	now=$(client_port)
	[[ $now && $now != "$port" ]]
}
check "the NAT forgets the connection: a new one" slowwait 20 port_is_new
check "the responder learns the port" slowwait 10 established "$west" "remote-port=$(client_port)"
traffic "by the new port"
check_eq "it is the IKE SA that it was" "$(spi "$east")" "$before"
check_match "nothing but TCP was there" "packets 0 " nsx "$router" nft list ruleset
finish
