#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Anybody can send an ICMPv6 error. One about a packet that the CE would not
# have sent just so (another port than its own, another address, another IPv6
# destination) is ignored and counted; neither the sender nor the path MTU is
# touched. A CE with source NAT knows its connections, and ignores what is about
# none of them. The same error about a packet of its own is believed.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd conntrack

# too_big IPV6-DST IPV4-SRC SPORT IPV4-DST [CUT]: "packet too big, 1300" to the
# CE about a packet of its, cut short
too_big() {
	nsx "$core" /usr/bin/python3 - "$CE6" "$@" <<-'PY'
	import socket, struct, sys
	ce, dst6, src4, sport, dst4 = sys.argv[1:6]
	cut = int(sys.argv[6]) if len(sys.argv) > 6 else 1000
	six = lambda a: socket.inet_pton(socket.AF_INET6, a)
	packet = (struct.pack("!IHBB", 6 << 28, 1460, socket.IPPROTO_IPIP, 63) + six(ce) + six(dst6) +
	          struct.pack("!BBHHHBBH", 0x45, 0, 1460, 1, 0x4000, 63, socket.IPPROTO_UDP, 0) +
	          socket.inet_aton(src4) + socket.inet_aton(dst4) +
	          struct.pack("!HHHH", int(sport), 9, 1440, 1) + bytes(2000))
	sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
	sock.sendto(struct.pack("!BBHI", 2, 0, 0, 1300) + packet[:cut], (ce, 0))
	PY
}

ignored=0
forged() {
	local what=$1
	shift
	too_big "$@"
	check_counter "$what: ignored" "$ce" rx_icmp_ignored $((++ignored))
}

topo_up
capture lan "$lan" eth0 'icmp[0] == 3'

forged "a port of another CE" $BR6 $CE4 "$PORT_2" $SRV4
forged "another source address" $BR6 192.0.2.19 "$PORT" $SRV4
forged "another IPv6 destination" 2001:db8:12:3500:0:c000:212:35 $CE4 "$PORT" $SRV4
forged "cut off before the ports" $BR6 $CE4 "$PORT" $SRV4 60
forged "no such connection" $BR6 $CE4 "$PORT" $SRV4
forged "cut off in the inner header" $BR6 $CE4 "$PORT" $SRV4 50
check "the path MTU is what it was" ping_df "$lan" 1460
check_match "the tunnel MTU as well" 'tunnel-mtu 1460' mapctl -n "$ce" dev show map0
check_eq "nobody was told anything" "$(captured_count lan)" 0
check_eq "nor was anything relayed" "$(counter "$ce" rx_icmp_relayed)" 0

snat "$lan" send udp $SRV4 9 1 -p "$PORT"
check "a connection keeps its port" busywait 2000 entries 1 -p udp --orig-port-src "$PORT"
forged "another destination than the connection's" $BR6 $CE4 "$PORT" 198.51.100.3
too_big $BR6 $CE4 "$PORT" $SRV4
check "a packet of its own: believed" counted "$ce" rx_icmp_relayed 1
check_match "the tunnel MTU is less" 'tunnel-mtu 1260' mapctl -n "$ce" dev show map0

# Without source NAT nobody knows: rules have to do.
nsx "$ce" conntrack -F >/dev/null 2>&1
mapctl -n "$ce" dev set map0 snat off
too_big $BR6 $CE4 "$PORT" $SRV4
check "without source NAT: believed" counted "$ce" rx_icmp_relayed 2
finish
