#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMPv4 errors from outside and from the LAN come back to who sent the packet,
# through NAT, with the packet in them as it was sent; those for a shared
# address go to the CE that has the port of the packet in them (RFC 7597,
# section 8.1 and 8.2).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft

# send NS HOST PORT SOURCE-PORT: one datagram
send() {
	nsx "$1" /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[3])))
s.sendto(b"x", (sys.argv[1], int(sys.argv[2])))' "$2" "$3" "$4"
}

topo_up
topo_ce2
capture lan "$lan" eth0 'icmp[0] == 3 and dst host 10.0.0.2'
capture lan2 "$lan2" eth0 'icmp[0] == 3 and dst host 10.0.0.2'
capture srv "$srv" eth0 'icmp[0] == 3'

# A closed port of the server
send "$lan" $SRV4 9 40000
check_seen "port unreachable comes to the LAN" "$SRV4 > 10.0.0.2: ICMP $SRV4 udp port 9 unreachable" lan
check_seen "about its own packet" "10.0.0.2.40000 > $SRV4.9: UDP" lan -v
send "$lan2" $SRV4 9 40000
check_seen "and to the LAN of the other CE" "10.0.0.2.40000 > $SRV4.9: UDP" lan2 -v

# What the BR has no way to
ip -n "$br" route add unreachable 203.0.113.0/24
send "$lan" 203.0.113.1 1234 40001
check_seen "host unreachable by the BR" "10.0.0.2.40001 > 203.0.113.1.1234: UDP" lan -v
send "$lan2" 203.0.113.2 1234 40001
check_seen "to the CE that has the port" "10.0.0.2.40001 > 203.0.113.2.1234: UDP" lan2 -v

# A closed port in the LAN, and one of the CE
nsx "$ce" nft "table ip own { chain prerouting { type nat hook prerouting priority -100; iifname map0 udp dport $PORT dnat to 10.0.0.2:7; }; }"
send "$srv" $CE4 "$PORT" 50000
check_seen "port unreachable comes back from the LAN" "$CE4 > $SRV4: ICMP $CE4 udp port $PORT unreachable" srv
check_seen "about the server's own packet" "$SRV4.50000 > $CE4.$PORT: UDP" srv -v
send "$srv" $CE4 "$((PORT + 1))" 50000
check_seen "and from the CE" "$CE4 > $SRV4: ICMP $CE4 udp port $((PORT + 1)) unreachable" srv

check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"
check_no_drops "nothing dropped at the BR" "$br"
check_eq "one error each" "$(captured_count lan) $(captured_count lan2)" "2 2"
finish
