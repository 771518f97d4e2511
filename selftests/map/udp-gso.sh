#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# UDP segmentation offload: one send of many datagrams goes through the tunnel
# whole, and arrives as the datagrams that it was; both ways, by the LAN and by
# the CE itself, with datagrams that fit and with some that must be fragmented.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft jq

# blast NS SIZE COUNT HOST PORT [SPORT]: COUNT datagrams by one call
blast() {
	nsx "$1" /usr/bin/python3 - "${@:2}" <<-'PY'
	import socket, sys
	size, count = int(sys.argv[1]), int(sys.argv[2])
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.IPPROTO_UDP, 103, size)  # UDP_SEGMENT
	if len(sys.argv) > 5:
	    s.bind(("", int(sys.argv[5])))
	s.sendto(b"".join(bytes([i]) * size for i in range(count)), (sys.argv[3], int(sys.argv[4])))
	PY
}

# sink NS PORT FILE: prints each datagram's first byte and length
sink() {
	ip netns exec "$1" /usr/bin/python3 -u -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
s.bind(("", int(sys.argv[1])))
while True:
    d = s.recv(65536)
    print(d[0], len(d), d == d[:1] * len(d))' "$2" >>"$3" &
	disown $!
	wait_listen "$1" udp "$2"
}

lines() {
	[[ $(wc -l <"$1") -ge $2 ]]
}

# arrives WHAT FILE SIZE COUNT
arrives() {
	local want
	want=$(for ((i = 0; i < $4; i++)); do echo "$i $3 True"; done)
	busywait 3000 lines "$2" "$4"
	check_eq "$1" "$(<"$2")" "$want"
	: >"$2"
}

topo_up
up=$(mktemp) down=$(mktemp)
sink "$srv" 9000 "$up"
sink "$ce" "$PORT" "$down"
nsx "$core" nft -f - <<-'NFT'
table ip6 watch {
	counter tunnel { }
	chain forward {
		type filter hook forward priority 0
		ip6 nexthdr 4 counter name tunnel
	}
}
NFT
packets() {
	nsx "$core" nft -j reset counter ip6 watch tunnel | jq '.nftables[] | select(.counter) | .counter.packets'
}

packets >/dev/null
check "the LAN sends 40 datagrams at once" blast "$lan" 1200 40 $SRV4 9000
arrives "they arrive one by one" "$up" 1200 40
check_eq "as one packet on the way" "$(packets)" 1
check "the CE sends 40" blast "$ce" 1200 40 $SRV4 9000
arrives "they arrive" "$up" 1200 40
check_eq "as one packet on the way" "$(packets)" 1
check "the server sends 40" blast "$srv" 1200 40 $CE4 "$PORT"
arrives "they arrive" "$down" 1200 40
check_eq "as one packet on the way" "$(packets)" 1

# Longer than the tunnel's MTU, and no DF.
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$srv" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
for how in inner outer; do
	mapctl -n "$ce" dev set map0 fragment $how
	mapctl -n "$br" dev set map0 fragment $how
	check "fragment $how: the LAN sends 20 that are too long" blast "$lan" 1470 20 $SRV4 9000
	arrives "they arrive" "$up" 1470 20
	check "fragment $how: the server sends 20" blast "$srv" 1470 20 $CE4 "$PORT"
	arrives "they arrive" "$down" 1470 20
done
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
