# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# The network of topo.sh with mode map-t in CE and BR: the same rule, the same
# addresses, and a prefix for IPv4 addresses outside of the domain.
#
#   $lan 10.0.0.2 --- $ce --+
#                           +-- $core ---- $br --- $srv 198.51.100.2
#   $lan2 10.0.0.2 -- $ce2 -+
#
#   DMR      64:ff9b::/96 (DMR, for another one)
#   server   64:ff9b::198.51.100.2 in the domain

. "$(dirname "${BASH_SOURCE[0]}")/topo.sh"

: "${DMR=64:ff9b::/96}"
# shellcheck disable=SC2034 # for tests
SRV6=64:ff9b::c633:6402

topo_mapt_br() {
	ip -n "$core" -6 route add "$DMR" via 2001:db8:f:ff::2
	# shellcheck disable=SC2086 # words
	mapctl -n "$br" dev add map0 mode map-t role br $BR_OPTS &&
	mapctl -n "$br" rule add dev map0 fmr $RULE &&
	mapctl -n "$br" rule add dev map0 dmr "$DMR" &&
	ip -n "$br" link set map0 up &&
	ip -n "$br" -6 route add "$DMR" dev map0 &&
	ip -n "$br" route add 192.0.2.0/24 dev map0
}

# topo_mapt_ce NS LAN_NS N PREFIX MAP6: a CE with its LAN
topo_mapt_ce() {
	local ns=$1 lanns=$2 n=$3 prefix=$4 map6=$5

	forwarding "$ns"
	topo_wan "$ns" "$n"
	ip -n "$core" -6 route add "$prefix" via "2001:db8:f:$n::2"
	veth "$ns" lan "$lanns" eth0
	ip -n "$ns" addr add 10.0.0.1/24 dev lan
	ip -n "$lanns" addr add "$LAN4/24" dev eth0
	ip -n "$lanns" route add default via 10.0.0.1
	# shellcheck disable=SC2086 # words
	mapctl -n "$ns" dev add map0 mode map-t role ce link wan prefix "$prefix" $CE_OPTS &&
	mapctl -n "$ns" rule add dev map0 bmr $RULE ${CE_RULE_OPTS-} &&
	mapctl -n "$ns" rule add dev map0 dmr "$DMR" &&
	ip -n "$ns" link set map0 up &&
	ip -n "$ns" addr add "$CE4/32" dev map0 &&
	ip -n "$ns" route add default dev map0 &&
	ip -n "$ns" -6 route add "$map6/128" dev map0
}

# All up to one CE.
topo_mapt_up() {
	need_root
	load_map
	topo_core
	setup_ns ce lan
	topo_mapt_br || { fail "the BR is set up"; finish; }
	topo_mapt_ce "$ce" "$lan" 1 2001:db8:12:3400::/56 "$CE6" ||
		{ fail "the CE is set up"; finish; }
}

# A second CE beside it, which shares the IPv4 address.
topo_mapt_ce2() {
	setup_ns ce2 lan2
	topo_mapt_ce "$ce2" "$lan2" 2 2001:db8:12:3500::/56 "$CE6_2" ||
		{ fail "the second CE is set up"; finish; }
}

# All up to two CEs with an IPv4 address each, which know the way to each
# other (CE_RULE_OPTS= for a rule without the F flag).
topo_mapt_mesh() {
	local CE_RULE_OPTS=${CE_RULE_OPTS-fmr}

	topo_mapt_up
	setup_ns ce2 lan2
	CE6_2=2001:db8:13:3500:0:c000:213:35
	CE4=$CE4_2 topo_mapt_ce "$ce2" "$lan2" 2 2001:db8:13:3500::/56 $CE6_2 ||
		{ fail "the second CE is set up"; finish; }
}
