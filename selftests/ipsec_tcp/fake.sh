#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# Fake TCP: both families outside, ESP in UDP and bare, tunnel and transport
# mode; what is on the wire is as Documentation/networking/ipsec_tcp.rst has it.

. "$(dirname "$0")/topo.sh"
need_cmd iperf3 ping

SIZE=2M
[[ ${KSFT_MACHINE_SLOW-} != yes ]] || SIZE=256K

# wire_up NAME
wire_up() {
	local ns
	for ns in "$east" "$west"; do
		# What the last one said is not to count for this one.
		: >"$tmp/$ns"
		ip netns exec "$ns" python3 "$(dirname "$0")/wire.py" outer 192.0.2.0/24 2001:db8::/64 >>"$tmp/$ns" 2>&1 &
		wires+=($!)
		check "$1: the wire is watched" busywait 10000 grep -q ready "$tmp/$ns"
	done
}

snapshots() {
	[[ $(cat "$tmp/$east" "$tmp/$west" | grep -c '^snapshot') -ge $1 ]]
}

# wire_now: $tmp has what has been seen up to now
wire_now() {
	local n
	n=$(cat "$tmp/$east" "$tmp/$west" | grep -c '^snapshot')
	kill -USR1 "${wires[@]}"
	busywait 10000 snapshots $((n + 2))
}

# saw NS WHAT: how often
saw() {
	awk -F ': ' -v what="$2" '$1 == what { n = $2 } END { print n + 0 }' "$tmp/$1"
}

pings() {
	nsx "$east" ping -q -c5 -i0.1 -W3 -I "$1" "$2"
}

# idle NAME FROM TO: the stream does not move while ESP goes both ways
idle() {
	local ns before
	wire_now
	before="$(saw "$east" genuine) $(saw "$west" genuine)"
	check "$1: ping" pings "$2" "$3"
	wire_now
	check_eq "$1: TCP has answered nothing" "$(saw "$east" genuine) $(saw "$west" genuine)" "$before"
}

# wire_end NAME
wire_end() {
	local ns
	wire_now
	for ns in "$east" "$west"; do
		check "$1: fake TCP on the wire" test "$(saw "$ns" 'fake >')" -gt 20 -a "$(saw "$ns" 'fake <')" -gt 20
		check_eq "$1: no reset" "$(saw "$ns" resets)" 0
		check_eq "$1: all as documented" "$(grep -E 'wrong|Traceback|Error|on the wire' "$tmp/$ns")" ""
	done
	kill "${wires[@]}"
	wait "${wires[@]}"
	wires=()
}

# fakes NAME: what has been sent as fake TCP has arrived, and nothing else.
fakes() {
	local ns other
	for ns in "$east" "$west"; do
		other=$west
		[[ $ns = "$east" ]] || other=$east
		check "$1: fake TCP was sent" test "$(counter "$ns" tx_fake)" -gt 20
		check_eq "$1: and received" "$(counter "$other" rx_fake)" "$(counter "$ns" tx_fake)"
		check_eq "$1: and no ESP by the stream" \
			"$(counter "$ns" tx_esp) $(counter "$ns" tx_fake_tcp)" "0 0"
		check_eq "$1: no packet came in the wrong state" \
			"$(nsx "$ns" awk '$2 { printf "%s ", $0 }' /proc/net/xfrm_stat)" ""
	done
}

# transport EAST WEST PORT: for ping and iperf3 only
transport() {
	local e=$1 w=$2 proto icmp=icmp
	[[ $e != *:* ]] || icmp=58
	SA_MODE=(mode transport)
	states "$@"
	SA_MODE=(mode tunnel flag af-unspec)
	for proto in $icmp "tcp sport 5201" "tcp dport 5201"; do
		# shellcheck disable=SC2086 # words
		transport_policies $proto
	done
}
transport_policies() {
	local other=("$@")
	case ${2-} in
	sport) other=("$1" dport "$3") ;;
	dport) other=("$1" sport "$3") ;;
	esac
	ip -n "$east" xfrm policy add src "$e" dst "$w" proto "$@" dir out "${tmpl_ew[@]}"
	ip -n "$east" xfrm policy add src "$w" dst "$e" proto "${other[@]}" dir in "${tmpl_we[@]}"
	ip -n "$west" xfrm policy add src "$w" dst "$e" proto "${other[@]}" dir out "${tmpl_we[@]}"
	ip -n "$west" xfrm policy add src "$e" dst "$w" proto "$@" dir in "${tmpl_ew[@]}"
}

through_tunnel() {
	idle "$1, tunnel" 10.1.0.1 10.2.0.1
	check "$1: ping, IPv6 inside" pings fd01::1 fd02::1
	check "$1: ping with 8,000 bytes" nsx "$east" ping -q -c3 -i0.1 -W3 -s 8000 10.2.0.1
	check "$1: TCP" iperf -c 10.2.0.1 -B 10.1.0.1
	check "$1: TCP, the other way" iperf -c 10.2.0.1 -B 10.1.0.1 -R
	check "$1: TCP, IPv6 inside" iperf -6 -c fd02::1 -B fd01::1
}

through_transport() {
	idle "$1, transport" "$e" "$w"
	check "$1, transport: TCP" iperf -c "$w" -B "$e"
	check "$1, transport: TCP, the other way" iperf -c "$w" -B "$e" -R
}

# The responder's side does not know yet by which connection ESP without UDP is
# to leave, when the SAs change: the ends of TCP connections would leave as ESP.
silence() {
	local socks
	socks=$(nsx "$west" ss -Htn sport = :5201)
	[[ ! $socks ]]
}

tmp=$(mktemp -d)
defer "rm -rf $tmp"
wires=()
topo_up
listener_up
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
for outer in "IPv4 $EAST4 $WEST4" "IPv6 $EAST6 $WEST6"; do
	read -r name e w <<<"$outer"
	tmpl_ew=(tmpl src "$e" dst "$w" proto esp reqid 1 mode transport)
	tmpl_we=(tmpl src "$w" dst "$e" proto esp reqid 1 mode transport)
	check "$name: peer of the originator" tool "$east" add 1 originator "$w" esp=1
	check "$name: peer of the responder" tool "$west" add 1 responder "$e" esp=1
	wire_up "$name"
	connector_up "$w"
	check "$name: the originator may send it" conn_is "$east" "fake_tcp"
	check_fails "$name: the responder not yet" conn_is "$west" "fake_tcp"
	for what in UDP bare; do
		[[ ${KSFT_MACHINE_SLOW-} != yes || "$name $what" != "IPv4 bare" ]] || continue
		port=$UDP_PORT
		[[ $what = UDP ]] || { port=-; busywait 20000 silence; }
		tunnel "$e" "$w" "$port"
		through_tunnel "$name, $what ESP"
		transport "$e" "$w" "$port"
		through_transport "$name, $what ESP"
	done
	check "$name: now the responder may, too" conn_is "$west" "fake_tcp"
	fakes "$name"
	wire_end "$name"
	pair_down "$name"
done
finish
