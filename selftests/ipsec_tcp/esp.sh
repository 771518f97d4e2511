#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# ESP over the connection, with SAs by hand: all inner protocols, both families
# inside and outside, with UDP encapsulation and without, several ciphers.

. "$(dirname "$0")/topo.sh"
need_cmd iperf3 ping

topo_up
listener_up
sums() {
	nsx "$1" cat /proc/net/xfrm_stat | awk '$2 { printf "%s ", $0 }'
}

# Nothing but TCP is on the wire. (What was inside passes there, too.)
wire_up() {
	local ns
	for ns in "$east" "$west"; do
		nsx "$ns" nft -f - <<-RULES
		table netdev wire
		delete table netdev wire
		table netdev wire {
			chain in {
				type filter hook ingress device outer priority 0
				ip saddr 192.0.2.0/24 meta l4proto { udp, esp } counter drop
				ip6 saddr 2001:db8::/64 meta l4proto { udp, esp } counter drop
			}
		}
		RULES
	done
}

# wire_is_clean WHAT
wire_is_clean() {
	local ns
	for ns in "$east" "$west"; do
		check_eq "$1: nothing but TCP was on the wire" \
			"$(nsx "$ns" nft list table netdev wire | grep 'packets [^0]')" ""
	done
}

wire_up
SIZE=8M
[[ ${KSFT_MACHINE_SLOW-} != yes ]] || SIZE=512K

# through NAME: everything works.
through() {
	local before
	before=$(counter "$east" tx_esp)
	check "$1: ping" nsx "$east" ping -q -c3 -i0.1 -W3 -I 10.1.0.1 10.2.0.1
	check "$1: ping, IPv6 inside" nsx "$east" ping -q -c3 -i0.1 -W3 -I fd01::1 fd02::1
	check "$1: ping with 8,000 bytes" nsx "$east" ping -q -c3 -i0.1 -W3 -s 8000 10.2.0.1
	check "$1: TCP" iperf -c 10.2.0.1 -B 10.1.0.1
	check "$1: TCP, the other way" iperf -c 10.2.0.1 -B 10.1.0.1 -R
	check "$1: TCP, IPv6 inside" iperf -6 -c fd02::1 -B fd01::1
	check_match "$1: UDP without loss" '"lost_packets":[[:space:]]*0,' \
		iperf -J -u -b 20M -l 1300 -c 10.2.0.1 -B 10.1.0.1
	check "$1: it was the connection" test "$(counter "$east" tx_esp)" -gt $((before + 100))
}

nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
for outer in "IPv4 $EAST4 $WEST4" "IPv6 $EAST6 $WEST6"; do
	read -r name e w <<<"$outer"
	check "$name: peer of the originator" tool "$east" add 1 originator "$w"
	check "$name: peer of the responder" tool "$west" add 1 responder "$e"
	connector_up "$w"
	for what in UDP bare; do
		# Each once is enough for a slow machine.
		[[ ${KSFT_MACHINE_SLOW-} != yes || "$name $what" != "IPv4 bare" ]] || continue
		port=$UDP_PORT
		[[ $what = UDP ]] || port=-
		tunnel "$e" "$w" "$port"
		# The responder's side does not know yet by which connection ESP
		# without UDP is to leave: the end of a TCP connection may still.
		[[ $what = UDP ]] || { nsx "$east" ping -q -c1 -W3 -I 10.1.0.1 10.2.0.1; wire_up; }
		through "$name, $what ESP"
		wire_is_clean "$name, $what ESP"
	done
	pair_down "$name"
done

check "again, with GCM" tool "$east" add 1 originator $WEST4
tool "$west" add 1 responder 0.0.0.0/0
connector_up $WEST4
CIPHER=("${GCM_CIPHER[@]}")
tunnel $EAST4 $WEST4 "$UDP_PORT"
through GCM
# Pages, at both ends: nothing finds so much memory in one piece.
for ns in "$east" "$west"; do
	check "a large MTU" ip -n "$ns" link set outer mtu 65000
done
check "GCM: ping with 60,000 bytes" nsx "$east" ping -q -c3 -i0.1 -W3 -s 60000 -M "do" 10.2.0.1
check_eq "no packet came in the wrong state (east)" "$(sums "$east")" ""
check_eq "no packet came in the wrong state (west)" "$(sums "$west")" ""
for ns in "$east" "$west"; do
	check_eq "nothing was dropped" "$(tool "$ns" stats 1 | grep -E 'full|lost|unknown|no_')" ""
done
wire_is_clean GCM
finish
