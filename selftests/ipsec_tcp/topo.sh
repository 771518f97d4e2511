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
	ip -n "$east" addr add $EAST4/24 dev outer
	ip -n "$west" addr add $WEST4/24 dev outer
	ip -n "$east" addr add $EAST6/64 dev outer
	ip -n "$west" addr add $WEST6/64 dev outer
	ip -n "$east" addr add 10.1.0.1/32 dev lo
	ip -n "$west" addr add 10.2.0.1/32 dev lo
	ip -n "$east" addr add fd01::1/128 dev lo
	ip -n "$west" addr add fd02::1/128 dev lo
	ip -n "$east" route add 10.2.0.1 dev outer src 10.1.0.1 via $WEST4
	ip -n "$west" route add 10.1.0.1 dev outer src 10.2.0.1 via $EAST4
	ip -n "$east" route add fd02::1 dev outer src fd01::1 via $WEST6
	ip -n "$west" route add fd01::1 dev outer src fd02::1 via $EAST6
	wait_link "$east" outer
}

# sa NS SRC DST SPI SPORT DPORT: with UDP encapsulation, unless SPORT is -
sa() {
	local encap=()
	[[ $5 = - ]] || encap=(encap "${ENCAP:-espinudp}" "$5" "$6" 0.0.0.0)
	ip -n "$1" xfrm state "${SA_VERB:-add}" src "$2" dst "$3" proto esp spi "$4" reqid 1 \
		replay-window 128 "${SA_MODE[@]}" "${CIPHER[@]}" "${encap[@]}"
}
# Both families inside; transport mode has the one outside.
SA_MODE=(mode tunnel flag af-unspec)

# Inner addresses of both families go through the tunnel.
policies() {
	local ns=$1 src=$2 dst=$3 dir=$4 inner
	for inner in "$5 $6" "$7 $8"; do
		ip -n "$ns" xfrm policy add src "${inner% *}" dst "${inner#* }" dir "$dir" \
			tmpl src "$src" dst "$dst" proto esp reqid 1 mode tunnel
	done
}

# states EAST WEST PORT: new SAs of both ends, and no policies. PORT is that which
# west knows east by: 4500, the port of east's connection, or - for ESP without
# UDP.
states() {
	local e=$1 w=$2 port=$3 here=4500 ns
	[[ $port != - ]] || here=-
	for ns in "$east" "$west"; do
		ip -n "$ns" xfrm state flush
		ip -n "$ns" xfrm policy flush
	done
	sa "$east" "$e" "$w" 0x1001 $here $here
	sa "$east" "$w" "$e" 0x1002 $here $here
	sa "$west" "$e" "$w" 0x1001 "$port" $here
	sa "$west" "$w" "$e" 0x1002 $here "$port"
}

# tunnel EAST WEST PORT: SAs as in states, and policies
tunnel() {
	local e=$1 w=$2
	states "$@"
	policies "$east" "$e" "$w" out 10.1.0.1 10.2.0.1 fd01::1 fd02::1
	policies "$east" "$w" "$e" in 10.2.0.1 10.1.0.1 fd02::1 fd01::1
	policies "$west" "$w" "$e" out 10.2.0.1 10.1.0.1 fd02::1 fd01::1
	policies "$west" "$e" "$w" in 10.1.0.1 10.2.0.1 fd01::1 fd02::1
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

# connector_up WESTADDR: a connection; sets CLIENT_PORT.
connector_up() {
	ip netns exec "$east" python3 "$(dirname "${BASH_SOURCE[0]}")/tool.py" connect 1 "$1" 4500 &
	CONNECTOR=$!
	busywait 5000 conn_is "$east" "^open" && busywait 5000 conn_is "$west" "^open"
	# shellcheck disable=SC2034 # for tests
	CLIENT_PORT=$(tool "$west" conns | awk '$1 == "open" { p = $2 } END { print p }')
}

# All up to a connection and a tunnel by it, IPv4 outside.
tunnel_up() {
	topo_up
	listener_up
	check "peer of the originator" tool "$east" add 1 originator $WEST4
	check "peer of the responder" tool "$west" add 1 responder $EAST4
	connector_up $WEST4
	tunnel $EAST4 $WEST4 "$CLIENT_PORT"
}

counter() {
	tool "$1" stats 1 "$2"
}
