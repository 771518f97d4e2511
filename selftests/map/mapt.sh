# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# The network of topo.sh, with translation instead of a tunnel: the BR answers
# for the prefix of the Default Mapping Rule, the CE for its MAP address.
# ICMPv6 errors of the core come from ICMP_SOURCE (RFC 6791).

. "$(dirname "${BASH_SOURCE[0]}")/topo.sh"

: "${DMR=64:ff9b::/96}" "${ICMP_SOURCE=203.0.113.1}"
SRV6=64:ff9b::c633:6402

topo_br() {
	# shellcheck disable=SC2086 # words
	mapctl -n "$br" dev add map0 mode map-t role br icmp-source "$ICMP_SOURCE" $BR_OPTS &&
	mapctl -n "$br" rule add dev map0 fmr $RULE &&
	mapctl -n "$br" rule add dev map0 dmr "$DMR" &&
	ip -n "$br" link set map0 up &&
	ip -n "$br" route add "${DOMAIN4-192.0.2.0/24}" dev map0 &&
	ip -n "$br" -6 route add "$DMR" dev map0 &&
	ip -n "$core" -6 route add "$DMR" via 2001:db8:f:ff::2
}

# topo_ce NS LAN_NS N PREFIX MAP6
topo_ce() {
	local ns=$1 lanns=$2 n=$3 prefix=$4 map6=$5

	forwarding "$ns"
	topo_wan "$ns" "$n"
	ip -n "$core" -6 route add "$prefix" via "2001:db8:f:$n::2"
	veth "$ns" lan "$lanns" eth0
	ip -n "$ns" addr add 10.0.0.1/24 dev lan
	ip -n "$lanns" addr add "$LAN4/24" dev eth0
	ip -n "$lanns" route add default via 10.0.0.1
	# shellcheck disable=SC2086 # words
	mapctl -n "$ns" dev add map0 mode map-t role ce link wan prefix "$prefix" icmp-source "$ICMP_SOURCE" $CE_OPTS &&
	mapctl -n "$ns" rule add dev map0 bmr $RULE ${CE_RULE_OPTS-} &&
	mapctl -n "$ns" rule add dev map0 dmr "$DMR" &&
	ip -n "$ns" link set map0 up &&
	ip -n "$ns" addr add "$CE4/32" dev map0 &&
	ip -n "$ns" route add default dev map0 &&
	ip -n "$ns" -6 route add "$map6/128" dev map0
}
