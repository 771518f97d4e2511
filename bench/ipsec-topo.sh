# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# One line of four namespaces for each way to carry ESP, all there at once so
# that they can be measured in turn:
#
#   lan 10.1.0.2 --- a 192.0.2.1 ====(the way)==== 192.0.2.2 b --- srv 10.2.0.2
#
# ESP in tunnel mode without a cipher: what is compared is the way.

. "$(dirname "${BASH_SOURCE[0]}")/line.sh"

A4=192.0.2.1
B4=192.0.2.2
LAN4=10.1.0.2
SRV4=10.2.0.2
# inner NS HOST_NS ADDRESS-WITHOUT-LAST-NUMBER
inner() {
	veth "$1" inside "$2" eth0
	ip -n "$1" addr add "$3.1/24" dev inside
	ip -n "$2" addr add "$3.2/24" dev eth0
	steady_tcp "$2" "$3.1" 1400
}

line() {
	local way=$1 a b
	nodes "$way" lan a b srv
	a=$(ns "$way" a) b=$(ns "$way" b)
	forwarding "$a" "$b"
	veth "$a" wan "$b" wan
	# As on a network card; on veth it is off.
	nsx "$a" ethtool -K wan gro on
	nsx "$b" ethtool -K wan gro on
	ip -n "$a" addr add $A4/24 dev wan
	ip -n "$b" addr add $B4/24 dev wan
	ip -n "$a" route add 10.2.0.0/24 via $B4
	ip -n "$b" route add 10.1.0.0/24 via $A4
	inner "$a" "$(ns "$way" lan)" 10.1.0
	inner "$b" "$(ns "$way" srv)" 10.2.0
	sink "$(ns "$way" srv)"
}

# state NS FROM TO SPI ENCAP...
state() {
	local ns=$1 from=$2 to=$3 spi=$4
	shift 4
	ip -n "$ns" xfrm state add src "$from" dst "$to" proto esp spi "$spi" \
		mode tunnel reqid 1 replay-window 32 \
		auth digest_null '' enc 'ecb(cipher_null)' '' encap "$@" 0.0.0.0
}

# policy NS DIR FROM TO SRC-NET DST-NET
policy() {
	ip -n "$1" xfrm policy add src "$5" dst "$6" dir "$2" \
		tmpl src "$3" dst "$4" proto esp reqid 1 mode tunnel
}

# esp WAY TYPE A-PORT B-PORT [A-PORT-AS-B-HAS-IT]: states and policies of both
esp() {
	local a b port=$3
	a=$(ns "$1" a) b=$(ns "$1" b)
	state "$a" $A4 $B4 0x101 "$2" "$port" "$4"
	state "$a" $B4 $A4 0x102 "$2" "$4" "$port"
	port=${5-$port}
	state "$b" $A4 $B4 0x101 "$2" "$port" "$4"
	state "$b" $B4 $A4 0x102 "$2" "$4" "$port"
	policy "$a" out $A4 $B4 10.1.0.0/24 10.2.0.0/24
	policy "$a" fwd $B4 $A4 10.2.0.0/24 10.1.0.0/24
	policy "$b" out $B4 $A4 10.2.0.0/24 10.1.0.0/24
	policy "$b" fwd $A4 $B4 10.1.0.0/24 10.2.0.0/24
}

# ends WAY NODE ARG...: the program that holds the sockets of a node
ends() {
	local log
	log=$(mktemp)
	ip netns exec "$(ns "$1" "$2")" python3 "$BENCH/ipsec-ends.py" "${@:3}" >"$log" 2>&1 &
	disown $!
	echo "$log"
}

# ready WAY LOG...
ready() {
	local log
	for log in "${@:2}"; do
		busywait 10000 grep -q ready "$log" ||
			{ fail "${TITLE[$1]}: the sockets" "$(cat "$log")"; finish; }
	done
}

esp_in_udp() {
	line "$1"
	esp "$1" espinudp 4500 4500
	ready "$1" "$(ends "$1" a udp $A4)" "$(ends "$1" b udp $B4)"
}

espintcp() {
	local listener
	line "$1"
	esp "$1" espintcp 4501 4500
	listener=$(ends "$1" b espintcp listen $B4)
	wait_listen "$(ns "$1" b)" tcp 4500
	ready "$1" "$(ends "$1" a espintcp connect $B4 $A4)" "$listener"
}

# tool WAY NODE ARG...: what selftests use to make peers and connections
tool() {
	ip netns exec "$(ns "$1" "$2")" \
		python3 "$BENCH/../selftests/ipsec_tcp/tool.py" "${@:3}"
}

conn_is_open() {
	tool "$1" a conns | grep -q '^open' && tool "$1" b conns | grep -q '^open'
}

# ipsec_tcp WAY [SETTING...]
ipsec_tcp() {
	local port
	line "$1"
	tool "$1" a add 1 originator $B4 "${@:2}"
	tool "$1" b add 1 responder $A4 "${@:2}"
	tool "$1" b listen 1 4500 &
	disown $!
	wait_listen "$(ns "$1" b)" tcp 4500
	tool "$1" a connect 1 $B4 4500 &
	disown $!
	busywait 10000 conn_is_open "$1" || { fail "${TITLE[$1]}: the connection"; finish; }
	# The other end is known by the port of its connection.
	port=$(tool "$1" b conns | awk '{ print $2 }')
	esp "$1" espinudp 4500 4500 "$port"
}

fake_tcp() {
	ipsec_tcp "$1" esp=1
}
