# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two gateways with a tunnel between their inner addresses; keys by hand.
#
#	          192.0.2.1/24  outer  192.0.2.2/24
#	    east  2001:db8::1/64       2001:db8::2/64  west
#	          10.1.0.1, fd01::1    10.2.0.1, fd02::1 (lo)
#
# Connections go from east (peer 1, originator) to west (peer 1, responder).

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

readonly EAST4=192.0.2.1 WEST4=192.0.2.2 EAST6=2001:db8::1 WEST6=2001:db8::2
NULL_CIPHER=(enc "ecb(cipher_null)" "" auth "hmac(md5)" 0x00112233445566778899aabbccddeeff)
NULL_ONLY=(enc "ecb(cipher_null)" "" auth "digest_null" "")
GCM_CIPHER=(aead "rfc4106(gcm(aes))" 0x00112233445566778899aabbccddeeff00112233 128)

tool() {
	local ns=$1
	shift
	nsx "$ns" python3 "$(dirname "${BASH_SOURCE[0]}")/tool.py" "$@"
}

topo_up() {
	need_root
	need_cmd python3 ip
	need_module esp4 esp6 xfrm_user
	load_module ipsec_tcp
	setup_ns east west
	veth "$east" outer "$west" outer
	# A source address of a route is to be usable at once: nodad.
	ip_batch "$east" <<-EOF &&
		addr add $EAST4/24 dev outer
		addr add $EAST6/64 dev outer
		addr add 10.1.0.1/32 dev lo
		addr add fd01::1/128 dev lo nodad
		route add 10.2.0.1 dev outer src 10.1.0.1 via $WEST4
		route add fd02::1 dev outer src fd01::1 via $WEST6
	EOF
	ip_batch "$west" <<-EOF || { fail "addresses and routes"; finish; }
		addr add $WEST4/24 dev outer
		addr add $WEST6/64 dev outer
		addr add 10.2.0.1/32 dev lo
		addr add fd02::1/128 dev lo nodad
		route add 10.1.0.1 dev outer src 10.2.0.1 via $EAST4
		route add fd01::1 dev outer src fd02::1 via $EAST6
	EOF
	wait_link "$east" outer
}

# topo_routed: as topo_up, with a router mid between the two, devices e and w
topo_routed() {
	local ns dev addr
	topo_up
	setup_ns mid
	ip -n "$east" link del outer
	# shellcheck disable=SC2154 # set by setup_ns
	veth "$east" outer "$mid" e
	veth "$west" outer "$mid" w
	forwarding "$mid"
	for dev in e w; do
		ip -n "$mid" addr add 192.0.2.254/32 dev $dev
		ip -n "$mid" addr add 2001:db8::fe/128 dev $dev
	done
	for ns in "$east e $EAST4 $EAST6 10.2.0.1 fd02::1 10.1.0.1 fd01::1" \
		"$west w $WEST4 $WEST6 10.1.0.1 fd01::1 10.2.0.1 fd02::1"; do
		# shellcheck disable=SC2086 # words
		routed_end $ns
	done
	wait_link "$east" outer
}
# routed_end NS DEV OWN4 OWN6 OTHER4 OTHER6 SRC4 SRC6
routed_end() {
	ip -n "$mid" route add "$3" dev "$2"
	ip -n "$mid" route add "$4" dev "$2"
	ip -n "$1" addr add "$3/32" dev outer
	ip -n "$1" addr add "$4/128" dev outer
	ip -n "$1" route add 192.0.2.254 dev outer src "$3"
	ip -n "$1" route add default via 192.0.2.254 src "$3"
	ip -n "$1" route add 2001:db8::fe dev outer src "$4"
	ip -n "$1" route add default via 2001:db8::fe src "$4"
	ip -n "$1" route add "$5" dev outer src "$7" via 192.0.2.254
	ip -n "$1" route add "$6" dev outer src "$8" via 2001:db8::fe
}

# sa NS SRC DST SPI SPORT DPORT: with UDP encapsulation, unless SPORT is -
sa() {
	sa_line "${@:2}" | ip_batch "$1"
}

sa_line() {
	local encap=()
	[[ $4 = - ]] || encap=(encap "${ENCAP:-espinudp}" "$4" "$5" 0.0.0.0)
	printf '"%s" ' xfrm state "${SA_VERB:-add}" src "$1" dst "$2" proto esp spi "$3" reqid 1 \
		replay-window 128 "${SA_MODE[@]}" "${CIPHER[@]}" "${encap[@]}"
	echo
}
# Both families inside; transport mode has the one outside.
SA_MODE=(mode tunnel flag af-unspec)

# policy_lines SRC DST DIR SRC4 DST4 SRC6 DST6: inner addresses of both families
# go through the tunnel.
policy_lines() {
	local tmpl="tmpl src $1 dst $2 proto esp reqid 1 mode tunnel"
	echo "xfrm policy add src $4 dst $5 dir $3 $tmpl"
	echo "xfrm policy add src $6 dst $7 dir $3 $tmpl"
}

# states EAST WEST PORT: new SAs of both ends, and no policies. PORT is that which
# west knows east by: 4500, UDP_PORT, or - for ESP without UDP.
states() {
	state_lines_east "$@" | ip_batch "$east" && state_lines_west "$@" | ip_batch "$west"
}

state_lines_east() {
	local here=4500
	[[ $3 != - ]] || here=-
	printf '%s\n' "xfrm state flush" "xfrm policy flush"
	sa_line "$1" "$2" 0x1001 $here $here
	sa_line "$2" "$1" 0x1002 $here $here
}

state_lines_west() {
	local here=4500
	[[ $3 != - ]] || here=-
	printf '%s\n' "xfrm state flush" "xfrm policy flush"
	sa_line "$1" "$2" 0x1001 "$3" $here
	sa_line "$2" "$1" 0x1002 $here "$3"
}

# tunnel EAST WEST PORT: SAs as in states, and policies
tunnel() {
	local e=$1 w=$2
	{
		state_lines_east "$@"
		policy_lines "$e" "$w" out 10.1.0.1 10.2.0.1 fd01::1 fd02::1
		policy_lines "$w" "$e" in 10.2.0.1 10.1.0.1 fd02::1 fd01::1
	} | ip_batch "$east" || return
	{
		state_lines_west "$@"
		policy_lines "$w" "$e" out 10.2.0.1 10.1.0.1 fd02::1 fd01::1
		policy_lines "$e" "$w" in 10.1.0.1 10.2.0.1 fd01::1 fd02::1
	} | ip_batch "$west"
}
CIPHER=("${NULL_CIPHER[@]}")

# conn_is NS REGEX: the list of connections has such a line.
conn_is() {
	tool "$1" conns | grep -qE "$2"
}

# The owners of sockets are not children of functions, so that they get signals.
# shellcheck disable=SC2034 # for tests
LISTENER='' CONNECTOR=''
listener_up() {
	ip netns exec "$west" python3 "$(dirname "${BASH_SOURCE[0]}")/tool.py" listen 1 4500 &
	LISTENER=$!
	wait_listen "$west" tcp 4500
}

# connector_up WESTADDR: a connection; sets CLIENT_PORT, its TCP port, and
# UDP_PORT, by which west's IKE daemon knows it.
connector_up() {
	ip netns exec "$east" python3 "$(dirname "${BASH_SOURCE[0]}")/tool.py" connect 1 "$1" 4500 &
	CONNECTOR=$!
	busywait 5000 conn_is "$east" "^open" && busywait 5000 conn_is "$west" "^open"
	# shellcheck disable=SC2034 # for tests
	read -r CLIENT_PORT UDP_PORT < <(tool "$west" conns | awk '$1 == "open" { p = $2 " " $NF } END { print p }')
}

# pair_down NAME: no connection, no policies, and no peers 1
pair_down() {
	local ns
	for ns in "$east" "$west"; do
		ip -n "$ns" xfrm policy flush
	done
	kill "$CONNECTOR"
	check "$1: the responder notices" busywait 5000 not conn_is "$west" "^open"
	tool "$east" del 1
	tool "$west" del 1
}

# iperf ARG...: SIZE bytes, from east
iperf() {
	nsx "$east" timeout $((20 * PATIENCE)) iperf3 "$@" -n "$SIZE"
}

# flood: traffic in the background, both ways
flood() {
	ip netns exec "$east" ping "${BUSY[@]}" 10.2.0.1 >/dev/null 2>&1 &
	ip netns exec "$west" ping "${BUSY[@]}" 10.1.0.1 >/dev/null 2>&1 &
}

# remap: a mapping that has changed, as an IKE daemon does it: counters go on.
remap() {
	local SA_VERB=update
	sa "$west" $EAST4 $WEST4 0x1001 "$UDP_PORT" 4500
	sa "$west" $WEST4 $EAST4 0x1002 4500 "$UDP_PORT"
}

# All up to a connection and a tunnel by it, IPv4 outside.
tunnel_up() {
	topo_up
	listener_up
	check "peer of the originator" tool "$east" add 1 originator $WEST4
	check "peer of the responder" tool "$west" add 1 responder $EAST4
	connector_up $WEST4
	tunnel $EAST4 $WEST4 "$UDP_PORT"
}

counter() {
	tool "$1" stats 1 "$2"
}
