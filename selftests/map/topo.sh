# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# The network that most tests use. Between CEs and BR there is IPv6 only.
#
#   $lan 10.0.0.2 --- $ce --+
#                           +-- $core ---- $br --- $srv 198.51.100.2
#   $lan2 10.0.0.2 -- $ce2 -+
#
#   rule     2001:db8::/40 -> 192.0.2.0/24, 16 EA bits, PSID offset 4
#            (RFC 7597, appendix A, example 1, but for the offset)
#   CE       2001:db8:12:3400::/56 -> 192.0.2.18, PSID 0x34
#   CE 2     2001:db8:12:3500::/56 -> 192.0.2.18, PSID 0x35: the same address
#   BR       2001:db8:ffff::1
#
# The device is map0 in each. Variables that a test may set before topo_up:
#   CE_OPTS, BR_OPTS    further words for `mapctl dev add`
#   OFFSET              PSID offset (4: 240 ports for each CE)
#   RULE                the rule, as words for `mapctl rule add`
#   MTU                 of the links between CE and BR
#   MODE                of CE and BR (map-e; map-t: source mapt-topo.sh)

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$TESTS/lib/lib.sh"

: "${MODE=map-e}" "${OFFSET=4}" "${MTU=1500}" "${CE_OPTS=}" "${BR_OPTS=}"
: "${RULE=ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset $OFFSET}"
BR6=2001:db8:ffff::1
CE4=192.0.2.18
CE6=2001:db8:12:3400:0:c000:212:34
CE6_2=2001:db8:12:3500:0:c000:212:35
SRV4=198.51.100.2
LAN4=10.0.0.2
# Ports of PSID 0x34 and of PSID 0x35 at offset 4.
PORT=4928
PORT_2=4944

# topo_wan NS N [PREFIX]: cable from a CE to the core, addresses 2001:db8:f:N::,
# and the core's way to the prefix
topo_wan() {
	ip_batch "$1" <<-EOF &&
		link add wan mtu $MTU up type veth peer name ce$2 mtu $MTU netns $core
		addr add 2001:db8:f:$2::2/64 dev wan
		route add default via 2001:db8:f:$2::1
	EOF
	ip_batch "$core" <<-EOF
		link set ce$2 up
		addr add 2001:db8:f:$2::1/64 dev ce$2
		${3:+route add $3 via 2001:db8:f:$2::2}
	EOF
}

topo_core() {
	setup_ns core br srv
	forwarding "$core" "$br"
	ip_batch "$br" <<-EOF &&
		link add wan mtu $MTU up type veth peer name tobr mtu $MTU netns $core
		addr add 2001:db8:f:ff::2/64 dev wan
		route add default via 2001:db8:f:ff::1
		addr add $BR6/128 dev lo
		link add out up type veth peer name eth0 netns $srv
		addr add 198.51.100.1/24 dev out
	EOF
	ip_batch "$core" <<-EOF &&
		link set tobr up
		addr add 2001:db8:f:ff::1/64 dev tobr
		route add $BR6/128 via 2001:db8:f:ff::2
	EOF
	ip_batch "$srv" <<-EOF || { fail "core, BR and server are cabled"; finish; }
		link set eth0 up
		addr add $SRV4/24 dev eth0
		route add default via 198.51.100.1
	EOF
}

topo_br() {
	local own="local $BR6"
	[[ $MODE = map-e ]] || own=
	# shellcheck disable=SC2086 # words
	mapctl -n "$br" dev add map0 mode "$MODE" role br $own $BR_OPTS &&
	mapctl -n "$br" rule add dev map0 fmr $RULE &&
	ip -n "$br" link set map0 up &&
	ip -n "$br" route add 192.0.2.0/24 dev map0 &&
	{ [[ $MODE = map-e ]] || topo_dmr; }
}

# topo_ce NS LAN_NS N PREFIX MAP6: a CE with its LAN
# shellcheck disable=SC2086 # words
topo_ce() {
	local ns=$1 lanns=$2 n=$3 prefix=$4 map6=$5 dmr=$BR6
	local own="addr add $map6/128 dev lo"

	[[ $MODE = map-e ]] || dmr=$DMR own="route add $map6/128 dev map0"
	forwarding "$ns"
	topo_wan "$ns" "$n" "$prefix" &&
	ip_batch "$ns" <<-EOF &&
		link add lan up type veth peer name eth0 netns $lanns
		addr add 10.0.0.1/24 dev lan
	EOF
	ip_batch "$lanns" <<-EOF &&
		link set eth0 up
		addr add $LAN4/24 dev eth0
		route add default via 10.0.0.1
	EOF
	mapctl -n "$ns" dev add map0 mode "$MODE" role ce link wan prefix "$prefix" $CE_OPTS &&
	mapctl -n "$ns" rule add dev map0 bmr $RULE ${CE_RULE_OPTS-} &&
	mapctl -n "$ns" rule add dev map0 dmr "$dmr" &&
	ip_batch "$ns" <<-EOF
		link set map0 up
		addr add $CE4/32 dev map0
		route add default dev map0
		$own
	EOF
}

# All up to one CE.
topo_up() {
	need_root
	load_map
	topo_core
	setup_ns ce lan
	topo_br || { fail "the BR is set up"; finish; }
	topo_ce "$ce" "$lan" 1 2001:db8:12:3400::/56 "$CE6" ||
		{ fail "the CE is set up"; finish; }
}

# A second CE beside it, which shares the IPv4 address.
topo_ce2() {
	setup_ns ce2 lan2
	topo_ce "$ce2" "$lan2" 2 2001:db8:12:3500::/56 "$CE6_2" ||
		{ fail "the second CE is set up"; finish; }
}

# counter NS NAME: value of one counter of map0
counter() {
	nsx "$1" ethtool -S map0 | awk -v name="$2:" '$1 == name { print $2 }'
}

# counted NS NAME N: the counter has reached N
counted() {
	[[ $(counter "$1" "$2") -ge $3 ]]
}

# All up to two CEs with an IPv4 address each, which know the way to each
# other (CE_RULE_OPTS= for a rule without the F flag).
CE4_2=192.0.2.19
topo_mesh() {
	local CE_RULE_OPTS=${CE_RULE_OPTS-fmr}

	topo_up
	setup_ns ce2 lan2
	CE6_2=2001:db8:13:3500:0:c000:213:35
	CE4=$CE4_2 topo_ce "$ce2" "$lan2" 2 2001:db8:13:3500::/56 $CE6_2 ||
		{ fail "the second CE is set up"; finish; }
}
