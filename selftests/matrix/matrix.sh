# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# Every way into the device x every shape of packet, for the devices of one mode:
# CE and BR, IPv4 that goes into the tunnel and IPv6 that comes out of it. What
# comes out is judged by shapes.py, which has the shapes, and the table of what
# cannot be. Packets are made by map_shapes.ko where no socket makes such.
#
# In its short form, each way has every shape at one device, and the other
# devices have every shape by forwarding.

. "$(dirname "${BASH_SOURCE[0]}")/../map/topo.sh"
. "$TESTS/map/device.sh"

: "${MATRIX_WAYS=forward xmit packet socket htb cake fq netem tbf plug mirred bpf flowtable bridge xdp tun}"
BPF=$TMPDIR/bpf

# What comes out is seen in $far, and nobody answers there.
cables() {
	local dev
	forwarding "$node"
	nsx "$far" sysctl -qw net.ipv6.conf.{all,default}.disable_ipv6=1
	ip_batch "$node" <<-EOF || return
		link add lan up address 02:00:00:00:00:01 type veth peer name lan netns $far
		link add wan up address 02:00:00:00:00:02 type veth peer name wan netns $far
		link add port0 up type veth peer name port0 netns $far
		link add bridge0 up address 02:00:00:00:00:03 type bridge forward_delay 0
		link set port0 master bridge0
		link add xdp0 up address 02:00:00:00:00:04 type veth peer name xdp0 netns $far
		tuntap add dev tun0 mode tun vnet_hdr
		link set tun0 up
		addr add 10.0.0.1/24 dev lan
		addr add 2001:db8:f:1::2/64 dev wan
		neigh add $LAN4 lladdr 02:00:00:00:00:09 dev lan nud permanent
		neigh add 2001:db8:f:1::1 lladdr 02:00:00:00:00:09 dev wan nud permanent
		route add default via 2001:db8:f:1::1 dev wan
		link set xdp0 xdpgeneric pinned $BPF/pass
	EOF
	printf 'link set %s up\n' lan wan port0 xdp0 | ip_batch "$far" || return
	# What is on the wire is what is judged: segments, and whole checksums.
	for dev in lan wan; do
		nsx "$node" ethtool -K "$dev" tx off sg off tso off gso off tx-gso-list off >/dev/null 2>&1
	done
	nsx "$node" sysctl -qw net.ipv4.ipfrag_time=2 net.ipv6.ip6frag_time=2 \
		net.map.tx_frag_time=2 net.map.rx_frag_time=2 net.netfilter.nf_conntrack_frag6_timeout=2 \
		net.netfilter.nf_conntrack_udp_timeout=600 net.netfilter.nf_conntrack_udp_timeout_stream=600 \
		net.netfilter.nf_conntrack_tcp_be_liberal=1 net.ipv4.icmp_ratelimit=0 2>/dev/null
	return 0
}

# ---- the ways: begun by way_NAME, ended by unway ----

# way NAME: DEV and MAC are where packets get in
way() {
	DEV_OUT=lan DEV_IN=wan MAC_OUT=02:00:00:00:00:01 MAC_IN=02:00:00:00:00:02
	"way_$1"
}

queue() {
	tc -n "$node" qdisc replace dev map0 root "$@"
}

# from_device DEV MAC: both families come from there
from_device() {
	DEV_OUT=$1 DEV_IN=$1 MAC_OUT=$2 MAC_IN=$2
}

# past ACTION...: what comes in goes past the stack
past() {
	local dev
	for dev in lan wan; do
		printf 'qdisc add dev %s clsact\nfilter add dev %s ingress protocol %s %s\n' "$dev" "$dev" \
			"$([[ $dev = lan ]] && echo ip || echo ipv6)" "$*"
		[[ $mode = map-t ]] || break
	done | tc -n "$node" -batch -
}

way_forward() { :; }
way_xmit() { from_device map0 00:00:00:00:00:00; }
way_packet() { from_device map0 00:00:00:00:00:00; }
way_socket() { :; }
way_fq() { queue fq; }
way_cake() { queue cake bandwidth 400mbit rtt 1s; }
way_netem() { queue netem delay 1ms; }
way_tbf() { queue tbf rate 400mbit burst 128k latency 500ms; }
way_bridge() { from_device port0 02:00:00:00:00:03; }
way_xdp() { from_device xdp0 02:00:00:00:00:04; }
way_tun() { from_device tun0 00:00:00:00:00:00; }
way_mirred() { past matchall action mirred egress redirect dev map0; }
way_bpf() { past bpf da object-pinned "$BPF/redirect"; }

way_htb() {
	tc -n "$node" -batch - <<-EOF
		qdisc replace dev map0 root handle 1: htb default 1
		class add dev map0 parent 1: classid 1:1 htb rate 400mbit quantum 60000
		qdisc add dev map0 parent 1:1 fq_codel
	EOF
}

# It keeps all until it is told to let go, which somebody does all the time.
way_plug() {
	queue plug limit 10000000 || return
	while pause 0.01; do
		printf 'qdisc change dev map0 root plug release\nqdisc change dev map0 root plug block\n'
	done 2>/dev/null | tc -n "$node" -force -batch - >/dev/null 2>&1 &
	puller=$!
}

way_flowtable() {
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

unway() {
	case $1 in
	htb|cake|fq|netem|tbf) tc -n "$node" qdisc del dev map0 root ;;
	plug)
		kill "$puller" 2>/dev/null
		wait "$puller" 2>/dev/null
		tc -n "$node" qdisc change dev map0 root plug release_indefinite
		tc -n "$node" qdisc del dev map0 root ;;
	mirred|bpf)
		tc -n "$node" qdisc del dev lan clsact
		[[ $mode != map-t ]] || tc -n "$node" qdisc del dev wan clsact ;;
	flowtable) nsx "$node" nft delete table inet fast ;;
	esac
}

# ---- the driver ----

# ask COMMAND...: shapes.py does it, and says what was right
ask() {
	local line
	echo "$*" >&"${SHAPES[1]}"
	while read -r line <&"${SHAPES[0]}"; do
		case $line in
		.) return ;;
		'ok: '*) pass "${line#ok: }" ;;
		'FAIL: '*) fail "${line#FAIL: }" ;;
		*) echo "    $line" ;;
		esac
	done
	fail "shapes.py answers"
	finish
}

# by_way NAME: all shapes, in both directions
by_way() {
	way "$1" || { fail "$config: way $1"; return; }
	ask run "$1" out "$DEV_OUT" "$MAC_OUT"
	ask run "$1" in "$DEV_IN" "$MAC_IN"
	unway "$1" || fail "$config: way $1 ends"
}

# ways_of ROLE: see above
ways_of() {
	if [[ ${KSFT_FULL-} || $1 = "${SHORT_ROLE-}" ]]; then
		echo "$MATRIX_WAYS"
	else
		echo forward
	fi
}

# with_device ROLE: in place of the one before
with_device() {
	local config="$mode $1" name pid to
	check "$config: device" device "$mode" "$1" || return
	check "$config: rules" rules "$mode" "$1"
	check "$config: routes" routes "$mode" "$1"
	rm -f "$BPF/redirect"
	check "$config: a program for tc" nsx "$node" python3 "$TESTS/lib/bpf.py" "$BPF/redirect" redirect map0
	coproc SHAPES { nsx "$node" python3 -B "$TESTS/matrix/shapes.py" "$mode" "$1" \
		lan=02:00:00:00:00:01 2>&1; }
	pid=$SHAPES_PID
	ask learn
	for name in $(ways_of "$1"); do
		by_way "$name"
	done
	ask settle
	ask sum
	to=${SHAPES[1]}
	exec {to}>&-
	wait "$pid" 2>/dev/null
	ip -n "$node" link del map0
	ip -n "$node" addr flush dev lo scope global
	nsx "$node" conntrack -F >/dev/null 2>&1
}

# matrix MODE [ROLE]: both roles; in the short form, ROLE has every way
matrix() {
	mode=$1 SHORT_ROLE=${2-}
	need_root
	need_cmd tc nft ethtool python3 conntrack
	need_module tun
	load_map
	load_module map_shapes
	mkdir -p "$BPF"
	check "a place for programs" mount -t bpf none "$BPF"
	defer umount "$BPF"
	check "a program for XDP" python3 "$TESTS/lib/bpf.py" "$BPF/pass" pass
	setup_ns node far
	export node far
	check "cables" cables || finish
	with_device ce
	with_device br
	modprobe -r map_shapes || fail "the generator goes"
	finish
}
