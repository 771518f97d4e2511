#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# MAP-T: ICMP errors of IPv4 hosts, of IPv6 routers in between, and of the
# translators themselves get to where they belong (RFC 7915, sections 4.2, 4.3,
# 5.2 and 5.3). Routers without an IPv4 address have the one that icmp-source
# says (RFC 6791), or the dummy address of RFC 7600.

CE_OPTS="mss-clamp off"
BR_OPTS="mss-clamp off"
. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd traceroute

topo_up
serve "$srv" 8080
for ns in "$ce" "$br" "$srv" "$core"; do
	nsx "$ns" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
done

# The BR's error is of its IPv6 side, since the packet comes by that.
up="10.0.0.1 192.0.0.8 192.0.0.8 $SRV4"
route_is "by UDP" "$lan" $SRV4 "$up"
route_is "by ICMP" "$lan" $SRV4 "$up" -I
route_is "by TCP" "$lan" $SRV4 "$up" -T -p 8080
route_is "from the CE itself" "$ce" $SRV4 "192.0.0.8 192.0.0.8 $SRV4"
route_is "from the server by a port of the CE" "$srv" $CE4 \
	"198.51.100.1 192.0.0.8 192.0.0.8 $CE4" -U -p "$PORT"
check "icmp-source at the CE" mapctl -n "$ce" dev set map0 icmp-source 203.0.113.9
route_is "is what routers have" "$lan" $SRV4 "10.0.0.1 203.0.113.9 203.0.113.9 $SRV4"
check "icmp-source none" mapctl -n "$ce" dev set map0 icmp-source none

# The embedded packet, its ports and its checksum: the host finds its socket.
nsx "$ce" conntrack -F >/dev/null 2>&1
capture lan "$lan" eth0 icmp
check_fails "a port that is closed" udp "$lan" $SRV4 9 -t 2
check_seen "the host hears of it" "$SRV4 > 10.0.0.2: ICMP $SRV4 udp port 9 unreachable" lan
check_match "as the program does" "Connection refused" not nsx "$lan" \
	/usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('$SRV4', 9)); s.settimeout(3)
s.send(b'x'); s.recv(1)"

# Path MTU: the core has less room than the CE's link.
narrow ce1 1380
narrow tobr 1380
capture up "$lan" eth0 'icmp[0] == 3 and icmp[1] == 4'
capture down "$srv" eth0 'icmp[0] == 3 and icmp[1] == 4'
check "upload" upload "$lan" $SRV4:8080 1000000
check_seen "the LAN host was told" "192.0.0.8 > 10.0.0.2: ICMP $SRV4 unreachable - need to frag \(mtu 1360\)" up
forget_path "$lan"
check "download" download "$lan" $SRV4:8080 1000000
check_seen "the server was told" "192.0.0.8 > 198.51.100.2: ICMP $CE4 unreachable - need to frag \(mtu 1360\)" down
check "1360 bytes with DF pass" ping_df "$lan" 1360
check_refused "1361 do not" "mtu = 1360" ping_df "$lan" 1361
check "without DF they do" pings "$lan" $SRV4 -M dont -s 1400
check "upload by the CE itself" upload "$ce" $SRV4:8080 1000000
check "download by the CE itself" download "$ce" $SRV4:8080 1000000

# What goes to nobody is answered by the BR.
check_match "no route behind the BR" "Unreachable" not nsx "$lan" ping -n -c1 -W3 203.0.113.1
check_match "nothing dropped at the BR but what was too long" "^(tx_too_big: [0-9]+ )?$" drops "$br"
finish
