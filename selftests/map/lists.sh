# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# What tests of packet lists (SKB_GSO_FRAGLIST) share, to be sourced after
# traffic.sh. The network of topo_up is there.

# blast NS SIZE COUNT HOST PORT SPORT: COUNT datagrams by one call
blast() {
	nsx "$1" /usr/bin/python3 - "${@:2}" "${BLAST_TOS-0}" <<-'PY'
	import socket, sys
	size, count = int(sys.argv[1]), int(sys.argv[2])
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, int(sys.argv[6]))
	s.setsockopt(socket.IPPROTO_UDP, 103, size)  # UDP_SEGMENT
	s.bind(("", int(sys.argv[5])))
	s.sendto(b"".join(bytes([i]) * size for i in range(count)), (sys.argv[3], int(sys.argv[4])))
	PY
}

# sink NS PORT FILE: a line "FIRST-BYTE LENGTH INTACT TOS" for each datagram
sink() {
	ip netns exec "$1" /usr/bin/python3 -u -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
s.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
s.bind(("", int(sys.argv[1])))
while True:
    d, anc, *_ = s.recvmsg(65536, 64)
    print(d[0], len(d), d == d[:1] * len(d), anc[0][2][0])' "$2" >>"$3" &
	disown $!
	wait_listen "$1" udp "$2"
}

lines() {
	[[ $(wc -l <"$1") -ge $2 ]]
}

# arrives WHAT FILE SIZE COUNT TOS
arrives() {
	local want
	want=$(for ((i = 0; i < $4; i++)); do echo "$i $3 True $5"; done)
	busywait 1000 lines "$2" "$4"
	check_eq "$1" "$(<"$2")" "$want"
	: >"$2"
}

# lists_up: a receiver in the LAN and one at the server, and who sends does so
# packet by packet: lists are made by who receives.
lists_up() {
	local at
	LISTS_UP=$(mktemp) LISTS_DOWN=$(mktemp)
	defer rm -f "$LISTS_UP" "$LISTS_DOWN"
	sink "$srv" 9000 "$LISTS_UP"
	sink "$lan" 9001 "$LISTS_DOWN"
	nsx "$ce" nft -f - <<-NFT
	table ip down {
		chain pre {
			type nat hook prerouting priority -100
			iifname map0 udp dport $PORT dnat to $LAN4:9001
		}
	}
	NFT
	for at in "$lan eth0" "$srv eth0" "$br wan" "$core ce1" "$core tobr" "$ce wan"; do
		# shellcheck disable=SC2086 # namespace and device
		nsx ${at% *} ethtool -K ${at#* } tx-udp-segmentation off tx-gso-list off tso off gso off >/dev/null 2>&1
	done
	# The program in the wire sees bytes, and no checksum that is still to do.
	nsx "$ce" ethtool -K wan tx off >/dev/null 2>&1
	nsx "$br" ethtool -K wan tx off >/dev/null 2>&1
}

# lists_on NS DEV...: they hand on lists, which GRO takes its time to make
lists_on() {
	local ns=$1 dev
	for dev in "${@:2}"; do
		check "rx-gro-list on $dev" nsx "$ns" ethtool -K "$dev" gro on rx-gro-list on
		nsx "$ns" sh -c "echo 3000000 >/sys/class/net/$dev/gro_flush_timeout"
		nsx "$ns" nft -f - <<-NFT
		table netdev watch_$dev {
			counter lists { }
			chain in {
				type filter hook ingress device "$dev" priority 0
				meta length > 2000 counter name lists
			}
		}
		NFT
	done
}

# lists_seen NS DEV: how many came in
lists_seen() {
	nsx "$1" nft -j list counter netdev "watch_$2" lists | jq '.nftables[] | select(.counter) | .counter.packets'
}

# lists_wire DEV ADDRESS ROUTE: a wire in place of a device of the core. A
# program hands frames on, and nothing else of what the sender's kernel knew.
lists_wire() {
	local dev=$1
	[[ ${wire-} ]] || setup_ns wire
	nsx "$wire" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	# shellcheck disable=SC2086 # words
	ip -n "$core" link set "$dev" netns "$wire" &&
	ip -n "$wire" link set "$dev" up promisc on &&
	ip -n "$core" link add "$dev" up type veth peer name "p$dev" netns "$wire" &&
	ip -n "$wire" link set "p$dev" up promisc on &&
	ip -n "$core" addr add "$2" dev "$dev" &&
	ip -n "$core" -6 route add $3 || { fail "a wire at $dev"; finish; }
	nsx "$core" ethtool -K "$dev" tx off tx-gso-list off >/dev/null 2>&1
	ip -n "$ce" neigh flush dev wan
	ip -n "$br" neigh flush dev wan
	ip netns exec "$wire" /usr/bin/python3 -c '
import select, socket, sys
a, b = (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) for _ in "ab")
for s, dev in ((a, sys.argv[1]), (b, sys.argv[2])):
    s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
    s.bind((dev, 3))
    s.setblocking(False)
other = {a: b, b: a}
while True:
    for s in select.select([a, b], [], [])[0]:
        for _ in range(64):
            try:
                frame, addr = s.recvfrom(65536)
                if addr[2] != socket.PACKET_OUTGOING:
                    other[s].send(frame)
            except BlockingIOError:
                break
            except OSError as why:
                print(why, len(frame), file=sys.stderr)
' "$dev" "p$dev" &
	disown $!
}

# lists_both_ways WHAT SIZE [TOS]: 40 datagrams up, 40 down, and they arrive so
lists_both_ways() {
	check "$1: the LAN sends 40" blast "$lan" "$2" 40 $SRV4 9000 7777
	arrives "$1: they arrive" "$LISTS_UP" "$2" 40 "${3-0}"
	check "$1: the server sends 40" blast "$srv" "$2" 40 $CE4 "$PORT" 9002
	arrives "$1: they arrive" "$LISTS_DOWN" "$2" 40 "${3-0}"
}
