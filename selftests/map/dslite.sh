# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# DS-Lite (RFC 6333): two B4 and an AFTR with a device for each, ours or the
# kernel's own ip6tnl.

# shellcheck source=/dev/null
. "$(dirname "$0")/topo.sh"
# shellcheck source=/dev/null
. "$TESTS/map/traffic.sh"

need_cmd nft
need_module ip6_tunnel
AFTR=2001:db8:a::1
B4_1=2001:db8:b::1
B4_2=2001:db8:b::2

# An end of a tunnel behind the core: route and address
end() {
	ip -n "$1" addr add "$2/128" dev lo
	ip -n "$core" -6 route replace "$2" via "$3"
}

# tunnel KIND NS DEV LOCAL REMOTE
tunnel() {
	case $1 in
	map) mapctl -n "$2" dev add "$3" mode ipip local "$4" remote "$5" ;;
	kernel) ip -n "$2" link add "$3" type ip6tnl mode ipip6 local "$4" remote "$5" encaplimit none ;;
	esac &&
	ip -n "$2" link set "$3" up
}

# Where the AFTR has other routes back to two networks with their own addresses.
rig() {
	need_root
	load_map
	topo_core
	setup_ns ce lan ce2 lan2
	forwarding "$ce" "$ce2"
	topo_wan "$ce" 1
	topo_wan "$ce2" 2
	end "$ce" $B4_1 2001:db8:f:1::2
	end "$ce2" $B4_2 2001:db8:f:2::2
	end "$br" $AFTR 2001:db8:f:ff::2
	lan "$ce" "$lan" 10.1.0
	lan "$ce2" "$lan2" 10.2.0
	nsx "$br" nft 'table ip aftr { chain postrouting { type nat hook postrouting priority 100; oifname out masquerade; }; }'
	serve "$srv" 8080
}

lan() {
	veth "$1" lan "$2" eth0
	ip -n "$1" addr add "$3.1/24" dev lan
	ip -n "$2" addr add "$3.2/24" dev eth0
	ip -n "$2" route add default via "$3.1"
}

# both B4-KIND AFTR-KIND
both() {
	local b4=$1 aftr=$2 n ns
	check "$b4 as B4" tunnel "$b4" "$ce" tun0 $B4_1 $AFTR
	check "$b4 as second B4" tunnel "$b4" "$ce2" tun0 $B4_2 $AFTR
	check "$aftr as AFTR, two devices with one local address" tunnel "$aftr" "$br" tun1 $AFTR $B4_1
	check "$aftr, the second" tunnel "$aftr" "$br" tun2 $AFTR $B4_2
	ip -n "$ce" route replace default dev tun0
	ip -n "$ce2" route replace default dev tun0
	ip -n "$br" route replace 10.1.0.0/24 dev tun1
	ip -n "$br" route replace 10.2.0.0/24 dev tun2

	for ns in "$lan" "$lan2"; do
		check "ping" pings "$ns" $SRV4
		check_match "TCP" '^198.51.100.1 ' fetch "$ns" $SRV4:8080/who
		check_match "UDP" '^198.51.100.1 ' udp "$ns" $SRV4 8080
		check "download" download "$ns" $SRV4:8080 500000
		check "upload" upload "$ns" $SRV4:8080 500000
	done
	check "LAN to LAN by the AFTR" pings "$lan" 10.2.0.2
	[[ $b4 != map ]] || check_no_drops "nothing dropped at the B4" "$ce" tun0
	[[ $aftr != map ]] || check_no_drops "nothing dropped at the AFTR" "$br" tun1
	for n in "$ce tun0" "$ce2 tun0" "$br tun1" "$br tun2"; do
		# shellcheck disable=SC2086 # two words
		set -- $n
		ip -n "$1" link del "$2"
	done
}
