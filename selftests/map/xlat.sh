# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# One translator between two cables, for tests that send raw packets in at one
# of them and look at what comes out at the other (xlat.py).
#
#	$net v4 --- out $node wan --- v6 $net
#
# Nobody is at the other end of either: the namespace $net has no address, and
# the neighbours of the node are told by hand. The domain is that of topo.sh,
# with full addresses beside the shared ones; the Default Mapping Rule is the
# one of RFC 7599, appendix A, example 2.

. "$(dirname "${BASH_SOURCE[0]}")/packets.sh"

: "${DMR=2001:db8:ffff::/64}" "${XLAT_OPTS=}"
GW4=198.51.100.2

# Every error is sent: there is a limit by destination, and one for all of
# them, which older kernels have in the first namespace only.
xlat_talkative() {
	sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=100000 2>/dev/null
	nsx "$node" sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=100000 2>/dev/null
	nsx "$node" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_ratemask=0 net.ipv6.icmp.ratelimit=0
	nsx "$node" sysctl -qw net.ipv6.icmp.ratemask= 2>/dev/null
	# The stack would drop these by itself, without a word.
	nsx "$node" sysctl -qw net.ipv4.conf.{all,default}.accept_source_route=1
}

mac_of() {
	ip -n "$1" -j link show "$2" | sed 's/.*"address":"\([^"]*\)".*/\1/'
}

# xlat_cables V4ADDRESS/LEN
xlat_cables() {
	need_root
	load_map
	setup_ns node net
	forwarding "$node"
	nsx "$net" sysctl -qw net.ipv6.conf.{all,default}.disable_ipv6=1
	veth "$node" out "$net" v4
	veth "$node" wan "$net" v6
	ip -n "$node" addr add "$1" dev out
	ip -n "$node" neigh replace "$GW4" lladdr "$(mac_of "$net" v4)" dev out nud permanent
	ip -n "$node" addr add 2001:db8:f:ff::2/64 dev wan
	ip -n "$node" neigh replace 2001:db8:f:ff::1 lladdr "$(mac_of "$net" v6)" dev wan nud permanent
	ip -n "$node" -6 route add default via 2001:db8:f:ff::1
	xlat_talkative
	export node net DMR
}

# Beside the shared addresses, full ones
xlat_fmrs() {
	# shellcheck disable=SC2086 # words
	mapctl -n "$node" rule add dev map0 fmr $RULE &&
	mapctl -n "$node" rule add dev map0 fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8
}

xlat_br_up() {
	# shellcheck disable=SC2086 # words
	mapctl -n "$node" dev add map0 mode map-t role br $XLAT_OPTS &&
	xlat_fmrs &&
	mapctl -n "$node" rule add dev map0 dmr "$DMR" &&
	ip -n "$node" link set map0 up &&
	ip -n "$node" route add default via "$GW4" &&
	ip -n "$node" route add 192.0.2.0/24 dev map0 &&
	ip -n "$node" route add 203.0.113.0/24 dev map0 &&
	ip -n "$node" -6 route add "$DMR" dev map0
}

xlat_br() {
	xlat_cables 198.51.100.1/24
	export role=br
	xlat_br_up || { fail "the border relay is set up"; finish; }
}

# A CE whose address is behind it: what it translates goes on by the cable.
xlat_ce_up() {
	# shellcheck disable=SC2086 # words
	mapctl -n "$node" dev add map0 mode map-t role ce link wan prefix 2001:db8:12:3400::/56 \
		snat off $XLAT_OPTS &&
	mapctl -n "$node" rule add dev map0 bmr $RULE ${CE_RULE_OPTS-} &&
	mapctl -n "$node" rule add dev map0 dmr "$DMR" &&
	ip -n "$node" link set map0 up &&
	ip -n "$node" route add "$CE4/32" via "$GW4" &&
	ip -n "$node" route add default dev map0 &&
	ip -n "$node" -6 route add "$CE6/128" dev map0
}

xlat_ce() {
	GW4=10.0.0.2
	xlat_cables 10.0.0.1/24
	export role=ce
	xlat_ce_up || { fail "the CE is set up"; finish; }
}

# xlat_set WORD...: a setting, and what follows is tested with it
xlat_set() {
	check "setting: $*" mapctl -n "$node" dev set map0 "$@"
}
