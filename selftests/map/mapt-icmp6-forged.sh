#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MAP-T: an ICMPv6 error about a connection that a CE with source NAT does not
# have is ignored and counted; one about a packet that somebody else sent is
# spoofed. The same error about a packet of its own is translated.

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/snat-lib.sh"

# too_big IPV6-SRC SPORT IPV6-DST: "packet too big, 1300" to the CE
too_big() {
	nsx "$core" /usr/bin/python3 - "$CE6" "$@" <<-'PY'
	import socket, struct, sys
	ce, src, sport, dst = sys.argv[1:5]
	six = lambda a: socket.inet_pton(socket.AF_INET6, a)
	packet = (struct.pack("!IHBB", 6 << 28, 1440, socket.IPPROTO_UDP, 63) + six(src) + six(dst) +
	          struct.pack("!HHHH", int(sport), 9, 1440, 1) + bytes(1000))
	sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
	sock.sendto(struct.pack("!BBHI", 2, 0, 0, 1300) + packet, (ce, 0))
	PY
}

need_cmd conntrack
topo_up
capture lan "$lan" eth0 'icmp[0] == 3'
too_big "$CE6" "$PORT" "$SRV6"
check_counter "no such connection: ignored" "$ce" rx_icmp_ignored 1
too_big "${CE6%34}35" "$PORT" "$SRV6"
check_counter "another sender's packet: spoofed" "$ce" rx_spoofed_address 1

snat "$lan" send udp $SRV4 9 1 -p "$PORT"
check "a connection keeps its port" busywait 2000 entries 1 -p udp --orig-port-src "$PORT"
too_big "$CE6" "$PORT" 64:ff9b::c633:6403
check_counter "another destination than the connection's: ignored" "$ce" rx_icmp_ignored 2
check_eq "nobody was told anything" "$(captured_count lan 'icmp[1] == 4')" 0
too_big "$CE6" "$PORT" "$SRV6"
check_seen "a packet of its own: the sender is told" "need to frag \(mtu 1280\)" lan
finish
