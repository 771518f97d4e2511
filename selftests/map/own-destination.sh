#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CE whose address is on no interface routes packets to its own address and
# port set into the tunnel. The BR would send them back, and the CE would
# forward them again, until the TTL is used up. The CE refuses them: the sender
# is told (host unreachable), no port of the set is taken, nothing leaves. The
# other ports of the address belong to other CEs and pass.

# OWN_TOPO: mapt-topo.sh for MAP-T
# shellcheck source=topo.sh
. "$(dirname "$0")/${OWN_TOPO-topo.sh}"
. "$TESTS/map/snat-lib.sh"

# to_own NS PORT: a datagram with the longest TTL; what its sender is told
to_own() {
	nsx "$1" /usr/bin/python3 - "$CE4" "$2" <<-'PY'
	import socket, sys
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)
	s.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR: host unreachable, too
	s.settimeout(1)
	s.connect((sys.argv[1], int(sys.argv[2])))
	s.send(bytes(100))
	try:
	    s.recv(1)
	except OSError as why:
	    print(why)
	PY
}

# unmoved WHAT: nothing has left since counter_now, and no port is taken
unmoved() {
	check_eq "$1: nothing leaves" "$(counter "$ce" tx_packets)" "${COUNTED[tx_packets]}"
	check_eq "$1: no port is taken" "$(counter "$ce" snat_bound)" "${COUNTED[snat_bound]}"
	check_eq "$1: no entry of conntrack" "$(count_of -p udp)" 0
}

topo_up
topo_ce2
need_cmd conntrack nft
for ns in "$ce" "$ce2"; do
	ip_batch "$ns" <<-EOF
		addr del $CE4/32 dev map0
		addr add 192.0.0.2/32 dev map0
		route replace default dev map0
	EOF
done
counter_now tx_packets
counter_now snat_bound
counter_now tx_own_destination
check_match "from the LAN: the sender is told" 'No route to host' to_own "$lan" $((PORT + 2))
counter_more "and it is counted" tx_own_destination 1
unmoved "from the LAN"

counter_now tx_own_destination
to_own "$srv" $((PORT + 1)) >/dev/null
counter_more "from the Internet: refused once" tx_own_destination 1
unmoved "from the Internet"

counter_now tx_own_destination
check_fails "an echo request, whose identifier would be of the set" pings "$lan" "$CE4" -c1 -W1
counter_more "is refused as well" tx_own_destination 1

check_match "mapctl get says so" 'tx_own_destination' \
	mapctl -n "$ce" get dev map0 $CE4:$PORT $CE4:$((PORT + 1)) proto udp
check_match "not of ports of others" "$BR6|64:ff9b::" \
	mapctl -n "$ce" get dev map0 $CE4:$PORT $CE4:$PORT_2 proto udp

serve "$lan2" 80
nsx "$ce2" nft -f - <<-EOF
	table ip own {
		chain prerouting {
			type nat hook prerouting priority -100
			udp dport $PORT_2 dnat to $LAN4:80
		}
	}
EOF
check_match "the other CE's port is reached" "^$CE4 " udp "$lan" "$CE4" "$PORT_2"
finish
