#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# strongSwan with IPv6 outside and both families inside.

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping iperf3

# no_plaintext for IPv6
no_plaintext6() {
	local ns dir
	for ns in "$east" "$west"; do
		for dir in out in; do
			ip -n "$ns" xfrm policy add src fd01::1 dst fd02::1 dir $dir action block priority 10000000
			ip -n "$ns" xfrm policy add src fd02::1 dst fd01::1 dir $dir action block priority 10000000
		done
	done
}

# traffic FAMILY EAST WEST
traffic() {
	check "$1: ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I "$2" "$3" || logs
	check "$1: ping, the other way" nsx "$west" ping -q -c3 -i0.2 -W3 -I "$3" "$2"
	check "$1: TCP" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c "$3" -B "$2" -n 2M
	check "$1: TCP, the other way" nsx "$east" timeout $((20 * PATIENCE)) iperf3 -c "$3" -B "$2" -n 2M -R
}

topo_up
block_udp
no_plaintext
no_plaintext6
clients_up 2001:db8::/64
hq_up $WEST6 'reconnect-max = 2'
EAST_TS="10.1.0.1/32, fd01::1/128" WEST_TS="10.2.0.1/32, fd02::1/128"
charons_up $EAST6 $WEST6
check "the originator connects" busywait 5000 is "$east" hq state open
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
check "IKE establishes" swan "$east" --initiate --child net --timeout $((20 * PATIENCE)) || logs
check "the responder knows the client by its TCP port" \
	established "$west" "remote-host=$EAST6 remote-port=$(client_port)"
traffic "IPv4 in IPv6" 10.1.0.1 10.2.0.1
traffic "IPv6 in IPv6" fd01::1 fd02::1
check "the ESP SA is rekeyed" swan "$west" --rekey --child net
check "the IKE SA is rekeyed" swan "$east" --rekey --ike hq
before=$(spi "$east") port=$(client_port)

vnectl -n "$west" ipsec down clients
check "the connection ends" busywait 5000 is "$east" hq state waiting
vnectl -n "$west" ipsec up clients
check "and comes back" slowwait 20 is "$east" hq state open
check "by another port" test "$(client_port)" -a "$(client_port)" != "$port"
check "ping" slowwait 10 nsx "$east" ping -q -c2 -i0.2 -W1 -I fd01::1 fd02::1 || logs
traffic "afterwards" 10.1.0.1 10.2.0.1
check_eq "it is the IKE SA that it was" "$(spi "$east")" "$before"
finish
