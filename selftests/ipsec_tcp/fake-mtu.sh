#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Fake TCP is longer than ESP in UDP: who sends too much through the tunnel is
# told, be it the gateway or a host behind it, and nothing is fragmented; also
# when a router on the way has the smaller MTU. The rest leaves in fragments.

. "$(dirname "$0")/topo.sh"
need_cmd iperf3 ping
need_module xfrm_interface

# frags: IP fragments that east and mid have made
frags() {
	local ns
	for ns in "$east" "$mid"; do
		nsx "$ns" awk '
			/^Ip: [0-9]/ { n += $20 }
			/^Ip6FragCreates/ { n += $2 }
			END { printf "%d ", n }' /proc/net/snmp /proc/net/snmp6
	done
}

# pings FROM-NS SIZE TO: any answer to three that may not be fragmented?
pings() {
	nsx "$1" ping -q -c3 -i0.1 -W3 -M "do" -s "$2" "$3"
}

# told NS TO HEADER: the size that gets through, in the end, by what those say
# who refuse more
told() {
	local mtu=1480 said
	for _ in 1 2 3 4; do
		said=$(nsx "$1" ping -c3 -i0.2 -W1 -M "do" -s $((mtu - $3)) "$2" 2>&1 |
			sed -nE 's/.*mtu[:= ]+([0-9]+).*/\1/p' | tail -1)
		[[ ${said:-$mtu} != "$mtu" ]] || break
		mtu=$said
	done
	echo "$mtu"
}

# senders NAME: each of them finds out
senders() {
	local from who ns to header mtu before
	before=$(frags)
	for from in "gateway $east" "host $host"; do
		read -r who ns <<<"$from"
		for to in "IPv4 10.2.0.1 28" "IPv6 fd02::1 48"; do
			read -r inner to header <<<"$to"
			mtu=$(told "$ns" "$to" "$header")
			check "$1: $who is told, $inner inside: $mtu" test "$mtu" -gt 1279 -a "$mtu" -lt 1480
			check "$1: and that much fits" pings "$ns" $((mtu - header)) "$to"
		done
		check "$1: $who: TCP" nsx "$ns" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -n $size
		check "$1: $who: TCP, IPv6 inside" nsx "$ns" timeout $((20 * PATIENCE)) iperf3 -c fd02::1 -n $size
	done
	check_eq "$1: nothing was fragmented" "$(frags)" "$before"
}

# forget: path MTUs
forget() {
	local ns
	for ns in "$east" "$west" "$host"; do
		ip -n "$ns" route flush cache
		ip -n "$ns" -6 route flush cache
	done
}

tunnel_net() {
	local ns
	states "$@"
	for ns in "$east out $1 $2" "$west in $1 $2"; do
		# shellcheck disable=SC2086 # words
		net_policies $ns 10.1.0.0/16 10.2.0.0/16 fd01::/16 fd02::/16
	done
	for ns in "$west out $2 $1" "$east in $2 $1" "$east fwd $2 $1"; do
		# shellcheck disable=SC2086 # words
		net_policies $ns 10.2.0.0/16 10.1.0.0/16 fd02::/16 fd01::/16
	done
}
# net_policies NS DIR SRC DST FROM4 TO4 FROM6 TO6
net_policies() {
	local inner
	for inner in "$5 $6" "$7 $8"; do
		ip -n "$1" xfrm policy add src "${inner% *}" dst "${inner#* }" dir "$2" \
			tmpl src "$3" dst "$4" proto esp reqid 1 mode tunnel
	done
}

# A host behind east.
host_up() {
	setup_ns host
	forwarding "$east"
	veth "$host" eth0 "$east" lan
	ip -n "$east" addr add 10.1.1.1/24 dev lan
	ip -n "$east" addr add fd01:1::1/64 dev lan
	ip -n "$host" addr add 10.1.1.2/24 dev eth0
	ip -n "$host" addr add fd01:1::2/64 dev eth0
	ip -n "$host" route add default via 10.1.1.1
	ip -n "$host" route add default via fd01:1::1
	ip -n "$west" route add 10.1.1.0/24 via 192.0.2.254 src 10.2.0.1
	ip -n "$west" route add fd01:1::/64 via 2001:db8::fe src fd02::1
}

# route_based NS SRC DST: all that is routed to ipsec0, and SAs with if_id 7
route_based() {
	local CIPHER=("${CIPHER[@]}" if_id 7) dir
	ip -n "$1" xfrm state flush
	ip -n "$1" xfrm policy flush
	sa "$1" "$2" "$3" 0x1001 4500 4500
	sa "$1" "$3" "$2" 0x1002 4500 4500
	ip -n "$1" link add ipsec0 type xfrm dev outer if_id 7
	ip -n "$1" link set ipsec0 up
	ip -n "$1" route replace 10.2.0.1 dev ipsec0 src 10.1.0.1
	ip -n "$1" route replace fd02::1 dev ipsec0 src fd01::1
	for dir in "out $2 $3" "in $3 $2" "fwd $3 $2"; do
		# shellcheck disable=SC2086 # words
		route_policies "$1" $dir
	done
}
# route_policies NS DIR SRC DST
route_policies() {
	local any
	for any in 0.0.0.0/0 ::/0; do
		ip -n "$1" xfrm policy add src $any dst $any dir "$2" if_id 7 \
			tmpl src "$3" dst "$4" proto esp reqid 1 mode tunnel
	done
}

# A tunnel between its own ends: what may not be fragmented leaves in fragments
# all the same. Those of different packets are told apart by their numbers.
identified() {
	local size
	states $EAST4 $WEST4 "$UDP_PORT"
	end_policies "$east" out in
	end_policies "$west" in out
	nsx "$mid" nft -f - <<-RULES
		table netdev pieces {
			chain in {
				type filter hook ingress device e priority 0
				ip frag-off & 0x3fff != 0 jump piece
			}
			chain piece {
				counter comment "all"
				ip id 0 counter comment "none"
			}
		}
	RULES
	for size in 1400 1404 1408 1412 1416 1420; do
		nsx "$east" ping -q -c1 -W2 -M "do" -s $size $WEST4 >/dev/null
	done
	check_match "fragments of packets that were not to be fragmented" \
		'packets [1-9][0-9]* bytes [0-9]* comment "all"' nsx "$mid" nft list table netdev pieces
	check_match "each has an identification" \
		'packets 0 bytes 0 comment "none"' nsx "$mid" nft list table netdev pieces
	nsx "$mid" nft delete table netdev pieces
	forget
}
# end_policies NS DIR DIR: ICMP from east to west, and from west to east
end_policies() {
	ip -n "$1" xfrm policy add src $EAST4 dst $WEST4 proto icmp dir "$2" \
		tmpl src $EAST4 dst $WEST4 proto esp reqid 1 mode tunnel
	ip -n "$1" xfrm policy add src $WEST4 dst $EAST4 proto icmp dir "$3" \
		tmpl src $WEST4 dst $EAST4 proto esp reqid 1 mode tunnel
}

size=1M
[[ ${KSFT_MACHINE_SLOW-} != yes ]] || size=128K
topo_routed
host_up
listener_up
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
for outer in "IPv4 $EAST4 $WEST4" "IPv6 $EAST6 $WEST6"; do
	read -r name e w <<<"$outer"
	check "$name: peers" tool "$east" add 1 originator "$w" esp=1
	tool "$west" add 1 responder "$e" esp=1
	connector_up "$w"
	refused=0
	for what in UDP bare; do
		[[ ${KSFT_MACHINE_SLOW-} != yes || "$name $what" != "IPv4 bare" ]] || continue
		port=$UDP_PORT
		[[ $what = UDP ]] || port=-
		tunnel_net "$e" "$w" "$port"
		forget
		senders "$name, $what ESP"
		# One of each kind of sender at least.
		refused=$((refused + 2))
	done
	check "$name: packets were refused" test "$(counter "$east" tx_fake_too_big)" -ge $refused
	before=$(frags)
	check "$name: what may be fragmented, is" nsx "$east" ping -q -c2 -i0.2 -W3 -M dont -s 1450 10.2.0.1
	check "$name: in fact" test "$(frags)" != "$before"

	ip -n "$mid" link set w mtu 1400
	ip -n "$west" link set outer mtu 1400
	forget
	tunnel_net "$e" "$w" "$UDP_PORT"
	senders "$name, a router with an MTU of 1400"
	check_match "$name: it has been heard" "mtu 1400" ip -n "$east" route get "$w"
	ip -n "$mid" link set w mtu 1500
	ip -n "$west" link set outer mtu 1500
	forget
	check_eq "$name: no ESP by the stream" "$(counter "$east" tx_esp) $(counter "$west" tx_esp)" "0 0"

	if [[ $name = IPv4 ]]; then
		identified
		tunnel_net "$e" "$w" "$UDP_PORT"
		route_based "$east" "$e" "$w"
		senders "$name, xfrm interface"
		ip -n "$east" link del ipsec0
		ip -n "$east" route replace 10.2.0.1 dev outer src 10.1.0.1 via 192.0.2.254
		ip -n "$east" route replace fd02::1 dev outer src fd01::1 via 2001:db8::fe
	fi
	pair_down "$name"
done
finish
