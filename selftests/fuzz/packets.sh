#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Damaged packets of every shape (packets.c) into one device of each mode and
# role, by every way: with each queue in front of it that keeps packets, past the
# stack by mirred, bpf_redirect and a flowtable, out of GRO's lists and merged
# packets, and from a bridge, from veth with XDP, and from a tun. No packet can
# hurt: the device still forwards in both directions, and the rig looks for
# complaints of the kernel and for leaks.
# FUZZ_PACKETS says how many, FUZZ_SEED repeats a run.

. "$(dirname "$0")/../map/topo.sh"
. "$TESTS/map/device.sh"

: "${FUZZ_PACKETS=6000}" "${FUZZ_SEED=$RANDOM$RANDOM}"
declare -A WAYS=(
	[plain]="none fq_codel cake fq netem sfq tbf plug mirred bpf flowtable"
	[veth]="gro-udp gro-list big-tcp"
	[bridge]=none [xdp]=none [tun]=none
)
CONFIGS=("map-e ce" "map-e br" "map-t ce" "map-t br" "ipip ce" "ipip br")

need_root
need_cmd gcc conntrack nft ethtool
need_module tun
load_map
bin=$TMPDIR/packets
gcc -O2 -Wall -o "$bin" packets.c || { fail "packets.c compiles"; finish; }

BPF=$TMPDIR/bpf
mkdir -p "$BPF"
check "a place for programs" mount -t bpf none "$BPF"
defer umount "$BPF"
check "a program for XDP" python3 ../lib/bpf.py "$BPF/pass" pass

# For tc, whose device is that of a namespace.
redirect() {
	rm -f "$BPF/redirect"
	nsx "$node" python3 ../lib/bpf.py "$BPF/redirect" redirect map0
}

# What is incomplete does not live long, connections do not, and errors leave.
settings() {
	nsx "$node" sysctl -qw net.ipv4.ipfrag_time=1 net.ipv6.ip6frag_time=1 \
		net.netfilter.nf_conntrack_udp_timeout=2 net.netfilter.nf_conntrack_generic_timeout=2 \
		net.ipv4.conf.{all,default}.accept_source_route=1 net.ipv4.conf.{all,default}.accept_local=1 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# What the far ends are told by hand, by whatever device.
neighbours() {
	ip_batch "$node" <<-EOF
		neigh add 10.0.0.2 lladdr 02:00:00:00:00:09 dev lan nud permanent
		neigh add 2001:db8:f:1::1 lladdr 02:00:00:00:00:09 dev wan nud permanent
	EOF
}

# taps KIND LAN WAN: the far ends are those of packets.c
taps() {
	ip_batch "$node" <<-EOF
		tuntap add $2 mode $1 multi_queue vnet_hdr
		tuntap add $3 mode $1 multi_queue vnet_hdr
		link set $2 up
		link set $3 up
	EOF
}

# The devices lan and wan are those that have the addresses.
lay_plain() {
	taps tap lan wan &&
	ip_batch "$node" <<-EOF
		link set lan address 02:00:00:00:00:01
		link set wan address 02:00:00:00:00:02
	EOF
}

lay_tun() {
	taps tun lan wan
}

# bridge_of NAME PORT MORE...: a bridge
bridge_of() {
	ip_batch "$node" <<-EOF
		link add $1 up type bridge forward_delay 0
		link set $2 master $1
		${*:3}
	EOF
}

lay_bridge() {
	taps tap lan0 wan0 &&
	bridge_of lan lan0 link set lan address 02:00:00:00:00:01 &&
	bridge_of wan wan0 link set wan address 02:00:00:00:00:02
}

# A cable behind the tap: GRO in a tap loses count of what its socket has been
# charged, so that the socket is never freed.
lay_veth() {
	taps tap lan0 wan0 &&
	behind lan 1 && behind wan 2
}

# behind SIDE N
behind() {
	ip_batch "$node" <<-EOF &&
		link add $1 up address 02:00:00:00:00:0$2 type veth peer name ${1}1
		link set ${1}1 up
	EOF
	bridge_of "${1}2" "${1}0" link set "${1}1" master "${1}2"
}

# XDP of the generic kind takes a packet into one piece, and makes room in front.
lay_xdp() {
	lay_veth &&
	ip -n "$node" link set lan xdpgeneric pinned "$BPF/pass" &&
	ip -n "$node" link set wan xdpgeneric pinned "$BPF/pass"
}

# cables LAYOUT
cables() {
	"lay_$1" || return
	[[ $1 = tun ]] || neighbours || return
	ip_batch "$node" <<-EOF
		addr add 10.0.0.1/24 dev lan
		addr add 2001:db8:f:1::2/64 dev wan
		route add default via 2001:db8:f:1::1 dev wan
	EOF
}

# A queue below a shaper, by which packets always wait.
shaped() {
	printf 'qdisc replace dev map0 root handle %x: htb default 1\n' "$handle"
	printf 'class add dev map0 parent %x: classid %x:1 htb rate 400mbit quantum 60000\n' "$handle" "$handle"
	printf 'qdisc add dev map0 parent %x:1 %s\n' "$handle" "$1"
}

# past ACTION...: what comes in goes past the stack, IPv6 where the device
# translates
past() {
	echo "qdisc replace dev map0 root noqueue"
	echo "qdisc add dev lan clsact"
	echo "filter add dev lan ingress protocol ip $*"
	[[ $mode = map-t ]] || return 0
	echo "qdisc add dev wan clsact"
	echo "filter add dev wan ingress protocol ipv6 $*"
}

# receive FEATURE SIZE: GRO takes its time, and longer packets than an address
# family has a length for where the kernel has that
receive() {
	local dev
	for dev in lan wan; do
		nsx "$node" sh -c "echo 20000000 >/sys/class/net/$dev/gro_flush_timeout"
		# veth spares GRO what its other end would not have cut.
		nsx "$node" ethtool -K "${dev}1" tso off >/dev/null &&
		nsx "$node" ethtool -K "$dev" gro on rx-udp-gro-forwarding off rx-gro-list off "$1" on &&
		nsx "$node" python3 ../lib/gro_size.py "$dev" "$2" || return
	done
}

# pull: has plug let go of what it has kept, again and again
pull() {
	exec > >(tc -n "$node" -force -batch - >/dev/null 2>&1)
	while pause 0.1; do
		echo "qdisc change dev map0 root plug release"
		echo "qdisc change dev map0 root plug block"
	done
}

tc_lines() {
	case $1 in
	none|flowtable|gro-*|big-tcp) echo "qdisc replace dev map0 root noqueue" ;;
	netem) echo "qdisc replace dev map0 root netem delay 1ms 1ms duplicate 5% limit 200" ;;
	tbf) echo "qdisc replace dev map0 root tbf rate 400mbit burst 64k latency 50ms" ;;
	plug) echo "qdisc replace dev map0 root plug limit 1000000" ;;
	mirred) past matchall action mirred egress redirect dev map0 ;;
	bpf) past bpf da object-pinned "$BPF/redirect" ;;
	*) shaped "$1" ;;
	esac
}

# way NAME: in place of the way before
way() {
	local undo
	((handle++))
	undo=$before
	before=
	case $1 in
	mirred|bpf)
		before="qdisc del dev lan clsact"
		[[ $mode != map-t ]] || before+=$'\nqdisc del dev wan clsact' ;;
	esac
	{ [[ -z $undo ]] || echo "$undo"; tc_lines "$1"; } | tc -n "$node" -batch - || return
	case $1 in
	flowtable) flowtable ;;
	gro-udp) receive rx-udp-gro-forwarding 65536 ;;
	gro-list) receive rx-gro-list 65536 ;;
	big-tcp) receive gro 200000 ;;
	esac
}

# Of what was seen before, the stack sees no more.
flowtable() {
	nsx "$node" nft -f - <<-NFT
	table inet fast {
		flowtable fast {
			hook ingress priority 0
			devices = { lan, wan, map0 }
		}
		chain forward {
			type filter hook forward priority 0
			meta l4proto { tcp, udp } flow add @fast
		}
	}
	NFT
}

# After the flowtable: packets see the stack again.
no_flowtable() {
	nsx "$node" nft delete table inet fast
}

alive() {
	nsx "$node" "$bin" alive "$mode" "$role" "$layout"
}

# shower NAME: packets of the size that was asked for
shower() {
	local puller=
	[[ $1 != plug ]] || { pull & puller=$!; }
	check "$config, $layout, $1: $share packets" nsx "$node" "$bin" "$share" $((FUZZ_SEED++)) "$mode" "$role" "$layout"
	echo "# $OUTPUT"
	[[ -z $puller ]] || kill "$puller"
}

# A device with all around it.
node() {
	handle=1 before=
	setup_ns node
	forwarding "$node"
	check "$config, $layout: cables" cables "$layout"
	check "$config, $layout: device" device "$mode" "$role"
	check "$config, $layout: rules" rules "$mode" "$role"
	check "$config, $layout: routes" routes "$mode" "$role"
	settings
	check "$config, $layout: a program for tc" redirect
	check "$config, $layout: forwards in both directions before" alive
}

node_end() {
	way none
	nsx "$node" conntrack -F >/dev/null 2>&1
	check "$config, $layout: forwards in both directions after it" alive
	ip netns delete "$node"
}

all="${WAYS[*]}"
# shellcheck disable=SC2086 # words
set -- $all
share=$((FUZZ_PACKETS / (${#CONFIGS[@]} * $#) + 1))
echo "# FUZZ_PACKETS=$FUZZ_PACKETS FUZZ_SEED=$FUZZ_SEED"
for config in "${CONFIGS[@]}"; do
	mode=${config% *} role=${config#* }
	for layout in plain veth bridge xdp tun; do
		node
		for name in ${WAYS[$layout]}; do
			way "$name" || fail "$config: way $name"
			shower "$name"
			[[ $name != flowtable ]] || no_flowtable
		done
		node_end
	done
done
finish
