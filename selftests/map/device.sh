# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# One device of any mode and role in the namespace $node, to be sourced after
# topo.sh, whose addresses it has. IPv4 is at the device lan, IPv6 at wan.

DMR=2001:db8:fffe::/64

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

# routes MODE ROLE
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
