#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Trouble inside the tunnel is reported to the source of the packet: RFC 7597,
# section 8.2, "a node should relay the ICMP error message to the original
# source", as RFC 2473, section 8.3, has it: host unreachable for all but "too
# big". With the address on the CE's device and without, to the LAN and to the
# CE itself; at the BR, to the server.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

# send NS HOST PORT SOURCE-PORT: one datagram
send() {
	nsx "$1" /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[3])))
s.sendto(b"x", (sys.argv[1], int(sys.argv[2])))' "$2" "$3" "$4"
}

# told WHAT SOURCE-PORT: the LAN host is, about just that packet
told() {
	send "$lan" $SRV4 9 "$2"
	check_seen "$1" "10.0.0.2.$2 > $SRV4.9: UDP" lan -v
}

topo_up
topo_ce2
nsx "$core" sysctl -qw net.ipv6.icmp.ratelimit=0
nsx "$ce" sysctl -qw net.ipv4.icmp_ratelimit=0
nsx "$br" sysctl -qw net.ipv4.icmp_ratelimit=0
capture lan "$lan" eth0 'icmp[0] == 3 and icmp[1] == 1'
capture srv "$srv" eth0 'icmp[0] == 3 and icmp[1] == 1'

for kind in unreachable prohibit; do
	ip -n "$core" -6 route replace $kind $BR6
	told "no way to the BR ($kind): host unreachable" "$((41000 + ${#kind}))"
	check_fails "to the CE itself" nsx "$ce" ping -n -c1 -W1 $SRV4
	check_match "which is told too" 'Destination Host Unreachable' not nsx "$ce" ping -n -c1 -W1 $SRV4
done
ip -n "$core" -6 route replace $BR6 via 2001:db8:f:ff::2

mapctl -n "$ce" dev set map0 hoplimit 1
told "hop limit exceeded: host unreachable" 42000
mapctl -n "$ce" dev set map0 hoplimit 64
check "that is past" pings "$lan" $SRV4

# NAT needs no address on the device.
ip -n "$ce" addr add 192.0.0.2/32 dev map0
ip -n "$ce" addr del $CE4/32 dev map0
check "without the address on the device: ping" pings "$lan" $SRV4
ip -n "$core" -6 route replace unreachable $BR6
told "without the address on the device: host unreachable" 43000
ip -n "$core" -6 route replace $BR6 via 2001:db8:f:ff::2
check_no_drops "nothing dropped at the CE" "$ce"

# The kernel limits the errors that one host is sent. What is not sent is not
# counted as relayed.
nsx "$ce" sysctl -qw net.ipv4.icmp_ratelimit=3600000
ip -n "$core" -6 route replace unreachable $BR6
seen=$(captured_count lan) relayed=$(counter "$ce" rx_icmp_relayed) ignored=$(counter "$ce" rx_icmp_ignored)
for port in {44000..44019}; do
	send "$lan" $SRV4 9 "$port"
done
all_reported() {
	[[ $(($(counter "$ce" rx_icmp_relayed) - relayed + $(counter "$ce" rx_icmp_ignored) - ignored)) -eq 20 ]]
}
check "20 errors come" busywait 3000 all_reported
relayed=$(($(counter "$ce" rx_icmp_relayed) - relayed))
check "some are beyond the limit" test $relayed -lt 20
check "the LAN host is told of the others" busywait 2000 saw_n $((seen + relayed)) lan
check_eq "of no more" "$(captured_count lan)" $((seen + relayed))
ip -n "$core" -6 route replace $BR6 via 2001:db8:f:ff::2

# At the BR: one of the CEs that share the address is gone.
ip -n "$core" -6 route replace unreachable 2001:db8:12:3500::/56
send "$srv" $CE4 "$PORT_2" 50000
check_seen "the server is told about the CE that is gone" "$SRV4.50000 > $CE4.$PORT_2: UDP" srv -v
check "the other one is not" pings "$lan" $SRV4
check_eq "one error" "$(captured_count srv)" 1
check_no_drops "nothing dropped at the BR" "$br"
finish
