#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Fake TCP through a firewall that follows TCP connections, drops what does not
# belong to one, and gives east another address and port. The stream moves
# until the firewall would not take fake TCP any more: a successor is asked for
# before, ESP takes the stream after, and is back on a new connection.

. "$(dirname "$0")/topo.sh"
need_cmd ping nft

pings() {
	nsx "$east" ping -q -c5 -i0.1 -W3 -I 10.1.0.1 10.2.0.1
}

# ike BYTES: from the daemon of east to that of west, by the stream
ike() {
	nsx "$east" python3 - "$1" <<-'PYTHON'
		import socket, struct, sys
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		sock.bind(('192.0.2.1', 4500))
		for _ in range(int(sys.argv[1]) // 1000):
		    sock.sendto(bytes(4) + struct.pack('>16sBBBBII', b'x', 33, 0x20, 34, 8, 0, 994) +
		                bytes(966), ('192.0.2.2', 4500))
	PYTHON
}

moved() {
	[[ $(counter "$east" tx_bytes) -ge $1 ]]
}

opened() {
	[[ $(tool "$west" conns | grep -c '^open') -ge $1 ]]
}

tmp=$(mktemp)
defer "rm -f $tmp"
topo_routed
ip -n "$mid" addr add 192.0.2.200/32 dev w
nsx "$mid" nft -f - <<-'NFT'
	table inet fw {
		chain forward {
			type filter hook forward priority filter; policy drop
			ct state invalid counter drop
			ct state established accept
			iifname "e" tcp dport 4500 tcp flags & (syn | ack) == syn ct state new accept
			icmp type destination-unreachable accept
			counter drop
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname "w" ip protocol tcp snat ip to 192.0.2.200:20000-30000
		}
	}
NFT
# As it is by default, but for sure: what is out of the window is invalid.
nsx "$mid" sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=0 net.netfilter.nf_conntrack_tcp_loose=0
ip -n "$west" route add 192.0.2.200 dev outer via 192.0.2.254 src $WEST4
listener_up
check "peers" tool "$east" add 1 originator $WEST4 esp=1
tool "$west" add 1 responder 192.0.2.200 esp=1
connector_up $WEST4
first=$CONNECTOR
check "east has another port in the west" test "$CLIENT_PORT" -ge 20000

# SAs as they are with NAT: west knows east by the firewall's address.
sas() {
	local ns
	for ns in "$east" "$west"; do
		ip -n "$ns" xfrm state flush
		ip -n "$ns" xfrm policy flush
	done
	sa "$east" $EAST4 $WEST4 0x1001 4500 4500
	sa "$east" $WEST4 $EAST4 0x1002 4500 4500
	sa "$west" 192.0.2.200 $WEST4 0x1001 "$UDP_PORT" 4500
	sa "$west" $WEST4 192.0.2.200 0x1002 4500 "$UDP_PORT"
	policy_lines $EAST4 $WEST4 out 10.1.0.1 10.2.0.1 fd01::1 fd02::1 | ip_batch "$east"
	policy_lines $WEST4 $EAST4 in 10.2.0.1 10.1.0.1 fd02::1 fd01::1 | ip_batch "$east"
	policy_lines $WEST4 192.0.2.200 out 10.2.0.1 10.1.0.1 fd02::1 fd01::1 | ip_batch "$west"
	policy_lines 192.0.2.200 $WEST4 in 10.1.0.1 10.2.0.1 fd01::1 fd02::1 | ip_batch "$west"
}
sas
check "ping" pings
check "many packets" nsx "$east" ping -q -f -c2000 -W3 -s 1000 -I 10.1.0.1 10.2.0.1
check_eq "all of it is fake TCP" "$(counter "$east" tx_esp) $(counter "$west" tx_esp)" "0 0"

nsx "$east" python3 "$(dirname "$0")/tool.py" events >"$tmp" &
events=$!
busywait 5000 grep -q ready "$tmp"
check_eq "nobody has asked for a successor" "$(counter "$east" conn_renew)" 0
ike 20000
busywait 5000 moved 20000
check "after 20,000 bytes of IKE: ping" pings
check_eq "nor now" "$(counter "$east" conn_renew)" 0
ike 20000
busywait 5000 moved 40000
check "after 40,000 bytes: ping" pings
check "the notification" busywait 5000 grep -q '^conn_renew' "$tmp"
check_eq "once" "$(counter "$east" conn_renew) $(grep -c '^conn_renew' "$tmp")" "1 1"
check_eq "the other side asks, too" "$(counter "$west" conn_renew)" 1
check_eq "still fake TCP" "$(counter "$east" tx_esp) $(counter "$west" tx_esp)" "0 0"
ike 20000
busywait 5000 moved 60000
check "after 60,000 bytes: ping" pings
check "ESP takes the stream" test "$(counter "$east" tx_fake_tcp)" -ge 5
check "both ways" test "$(counter "$west" tx_fake_tcp)" -ge 5
kill $events

connector_up $WEST4
check "a successor" busywait 5000 opened 2
sas
fakes=$(counter "$west" tx_fake) stream=$(counter "$east" tx_esp)
check "on the new connection: ping" pings
kill "$first"
check "the old one goes" busywait 5000 not opened 2
check "and again" pings
check "fake TCP is back" test "$(counter "$west" tx_fake)" -ge $((fakes + 10))
check_eq "and the stream is not used" "$(counter "$east" tx_esp)" "$stream"
check_match "the firewall has dropped nothing" "invalid counter packets 0 .*counter packets 0 " \
	nsx "$mid" nft list chain inet fw forward
finish
