#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Damaged packets of every shape (packets.c) into one device of each mode and
# role, with each queue in front of it that keeps packets, and past the stack
# by mirred. No packet can hurt: the device still forwards in both directions,
# and the rig looks for complaints of the kernel and for leaks.
# FUZZ_PACKETS says how many, FUZZ_SEED repeats a run.

. "$(dirname "$0")/../map/topo.sh"

: "${FUZZ_PACKETS=6000}" "${FUZZ_SEED=$RANDOM$RANDOM}"
QUEUES=(none none mirred fq_codel cake fq netem sfq)
CONFIGS=("map-e ce" "map-e br" "map-t ce" "map-t br" "ipip ce" "ipip br")
DMR=2001:db8:fffe::/64

need_root
need_cmd gcc conntrack
need_module tun
load_map
bin=$TMPDIR/packets
gcc -O2 -Wall -o "$bin" packets.c || { fail "packets.c compiles"; finish; }

# What is incomplete does not live long, connections do not, and errors leave.
settings() {
	nsx "$node" sysctl -qw net.ipv4.ipfrag_time=1 net.ipv6.ip6frag_time=1 \
		net.netfilter.nf_conntrack_udp_timeout=2 net.netfilter.nf_conntrack_generic_timeout=2 \
		net.ipv4.conf.{all,default}.accept_source_route=1 net.ipv4.conf.{all,default}.accept_local=1 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# cables: the far ends are those of packets.c, and neighbours are told by hand
cables() {
	setup_ns node
	forwarding "$node"
	ip_batch "$node" <<-EOF
		tuntap add lan mode tap multi_queue vnet_hdr
		tuntap add wan mode tap multi_queue vnet_hdr
		link set lan address 02:00:00:00:00:01 up
		link set wan address 02:00:00:00:00:02 up
		addr add 10.0.0.1/24 dev lan
		addr add 2001:db8:f:1::2/64 dev wan
		neigh add 10.0.0.2 lladdr 02:00:00:00:00:09 dev lan nud permanent
		neigh add 2001:db8:f:1::1 lladdr 02:00:00:00:00:09 dev wan nud permanent
		route add default via 2001:db8:f:1::1 dev wan
	EOF
}

# device MODE ROLE
device() {
	local own=()
	case $* in
	"map-e ce"|"map-t ce") own=(role ce link wan prefix 2001:db8:12:3400::/56) ;;
	"map-e br") own=(role br local "$BR6") ;;
	"map-t br") own=(role br) ;;
	"ipip ce") own=(local "$CE6" remote "$BR6") ;;
	"ipip br") own=(local "$BR6" remote "$CE6") ;;
	esac
	mapctl -n "$node" dev add map0 mode "$1" "${own[@]}" &&
	ip -n "$node" link set map0 up
}

# rules MODE ROLE
rules() {
	local dmr=$BR6
	[[ $1 != ipip ]] || return 0
	[[ $1 != map-t ]] || dmr=$DMR
	# shellcheck disable=SC2086 # words
	if [[ $2 = ce ]]; then
		mapctl -n "$node" rule add dev map0 bmr $RULE fmr &&
		mapctl -n "$node" rule add dev map0 dmr "$dmr"
	else
		mapctl -n "$node" rule add dev map0 fmr $RULE &&
		{ [[ $1 != map-t ]] || mapctl -n "$node" rule add dev map0 dmr "$dmr"; }
	fi
}

routes() {
	if [[ $2 = ce ]]; then
		ip -n "$node" route add default dev map0 &&
		{ [[ $1 = map-t ]] || ip -n "$node" addr add "$CE6/128" dev lo; } &&
		{ [[ $1 != map-t ]] || ip -n "$node" -6 route add "$CE6/128" dev map0; }
	else
		ip -n "$node" route add 192.0.2.0/24 dev map0 &&
		ip -n "$node" route add default via 10.0.0.2 &&
		{ [[ $1 = map-t ]] || ip -n "$node" addr add "$BR6/128" dev lo; } &&
		{ [[ $1 != map-t ]] || ip -n "$node" -6 route add "$DMR" dev map0; }
	fi
}

# queue NAME: in front of the device. With netem and htb packets always wait.
queue() {
	local dev=map0
	ip netns exec "$node" tc qdisc del dev map0 root 2>/dev/null
	ip netns exec "$node" tc qdisc del dev lan clsact 2>/dev/null
	case $1 in
	none) return 0 ;;
	mirred)
		nsx "$node" tc qdisc add dev lan clsact &&
		nsx "$node" tc filter add dev lan ingress protocol ip matchall \
			action mirred egress redirect dev map0
		return ;;
	netem)
		nsx "$node" tc qdisc add dev $dev root netem delay 1ms 1ms duplicate 5% limit 200
		return ;;
	esac
	nsx "$node" tc qdisc add dev $dev root handle 1: htb default 1 &&
	nsx "$node" tc class add dev $dev parent 1: classid 1:1 htb rate 400mbit &&
	nsx "$node" tc qdisc add dev $dev parent 1:1 "$1"
}

alive() {
	nsx "$node" "$bin" alive "$mode" "$role"
}

share=$((FUZZ_PACKETS / (${#CONFIGS[@]} * ${#QUEUES[@]}) + 1))
echo "# FUZZ_PACKETS=$FUZZ_PACKETS FUZZ_SEED=$FUZZ_SEED"
for config in "${CONFIGS[@]}"; do
	mode=${config% *} role=${config#* }
	cables
	check "$config: device" device "$mode" "$role"
	check "$config: rules" rules "$mode" "$role"
	check "$config: routes" routes "$mode" "$role"
	settings
	check "$config: forwards in both directions before" alive
	for queue in "${QUEUES[@]}"; do
		check "$config: queue $queue" queue "$queue"
		check "$config, $queue: $share packets" nsx "$node" "$bin" "$share" $((FUZZ_SEED++)) "$mode" "$role"
		echo "# $OUTPUT"
	done
	queue none
	nsx "$node" conntrack -F >/dev/null 2>&1
	check "$config: forwards in both directions after it" alive
	ip netns delete "$node"
done
finish
