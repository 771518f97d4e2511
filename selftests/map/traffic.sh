# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# What tests of traffic share, to be sourced after topo.sh.

NET=$TESTS/map/net.py

net() {
	/usr/bin/python3 "$NET" "$@"
}

# serve NS PORT: net.py's server, in the background
serve() {
	ip netns exec "$1" /usr/bin/python3 "$NET" serve "$2" &
	disown $!
	wait_listen "$1" tcp "$2" && wait_listen "$1" udp "$2"
}

# fetch NS URL-WITHOUT-HTTP [CURL-OPTION...]
fetch() {
	local ns=$1 url=$2
	shift 2
	ip netns exec "$ns" curl -sS --noproxy '*' --max-time $((20 * PATIENCE)) "$@" "http://$url"
}

# udp NS HOST PORT [OPTION...]: one datagram to net.py's server and back
udp() {
	local ns=$1
	shift
	ip netns exec "$ns" /usr/bin/python3 "$NET" udp -t $((5 * PATIENCE)) "$@"
}

# udp_sum NS HOST PORT -s SIZE [OPTION...]
udp_sum() {
	local ns=$1
	shift
	ip netns exec "$ns" /usr/bin/python3 "$NET" udp-sum -t $((5 * PATIENCE)) "$@"
}

# sum_of_bytes N: checksum of what net.py's server calls /bytes/N
sum_of_bytes() {
	net bytes "$1" | sha256sum | cut -d' ' -f1
}

# download NS HOST:PORT N, upload NS HOST:PORT N: succeed when N bytes come
# through unchanged
download() {
	local sum
	sum=$(fetch "$1" "$2/bytes/$3" | sha256sum | cut -d' ' -f1) &&
	[[ $sum = "$(sum_of_bytes "$3")" ]]
}

upload() {
	local sum file
	file=$(mktemp) &&
	net bytes "$3" >"$file" &&
	sum=$(fetch "$1" "$2/upload" -T "$file") &&
	[[ $sum = "$(sum_of_bytes "$3")" ]]
	local rc=$?
	rm -f "$file"
	return $rc
}

# pings NS HOST [OPTION...]: two echo requests, both answered
pings() {
	local ns=$1 host=$2
	shift 2
	ip netns exec "$ns" ping -n -c2 -i0.2 -W$((2 * PATIENCE)) "$@" "$host"
}

# background COMMAND..., and later check_background WHAT: how it ended
background() {
	"$@" >/dev/null 2>&1 &
	BACKGROUND=$!
}

check_background() {
	wait "$BACKGROUND"
	check_eq "$1" $? 0
}

# narrow CORE-DEV MTU: what the core sends on by its device is no longer than
# that, and answered "packet too big" (nobody at the other end of the cable
# can see that, and it takes in as much as before)
narrow() {
	nsx "$core" sysctl -qw "net.ipv6.conf.$1.mtu=$2"
}

# forget_path NS: what the host was told of the path. It does not send shorter
# packets then, nor ask others for shorter segments.
forget_path() {
	ip -n "$1" route flush cache
}

# ping_df NS LENGTH [OPTION...]: one packet of that length with DF set, by a
# host that has forgotten what it was told of the path
ping_df() {
	local ns=$1 len=$2
	shift 2
	forget_path "$ns"
	ip netns exec "$ns" ping -n -c1 -W1 -M "do" -s $((len - 28)) "$@" $SRV4
}

# psid_of PORT: its PSID at offset 4 (or $OFFSET) and length 8
psid_of() {
	echo $(($1 >> (16 - OFFSET - 8) & 0xff))
}

# port_in_set PORT PSID: not one of the excluded ones, and of that PSID
port_in_set() {
	[[ $1 -ge $((1 << (16 - OFFSET))) && $(psid_of "$1") -eq $(($2)) ]]
}

# is_own "ADDRESS PORT" ADDRESS PSID: what a server has seen of a client
is_own() {
	local addr port
	read -r addr port <<<"$1"
	[[ $addr = "$2" ]] && port_in_set "$port" "$3"
}

# capture NAME NS DEV FILTER...: into a file, ready when it returns
declare -A CAPTURE_PID CAPTURE_FILE
capture() {
	local name=$1 ns=$2 dev=$3 file err
	shift 3
	file=$(mktemp) err=$file.err
	ip netns exec "$ns" tcpdump -Z root --immediate-mode -U -n -s 256 -i "$dev" -w "$file" "$@" 2>"$err" &
	CAPTURE_PID[$name]=$!
	disown $!
	CAPTURE_FILE[$name]=$file
	busywait 5000 grep -q 'listening on' "$err" || fail "tcpdump starts" "$(cat "$err")"
}

# captured NAME [OPTION-OR-FILTER...]: what has been captured so far, one
# packet a line
captured() {
	local name=$1
	shift
	tcpdump -n -t -r "${CAPTURE_FILE[$name]}" "$@" 2>/dev/null
}

# captured_count NAME [FILTER...], saw NAME [FILTER...]
captured_count() {
	captured "$@" | grep -c '^'
}

saw() {
	[[ $(captured_count "$@") -gt 0 ]]
}

saw_n() {
	local n=$1
	shift
	[[ $(captured_count "$@") -ge $n ]]
}

# captured_match REGEX NAME [OPTION-OR-FILTER...]: some packet reads so
captured_match() {
	local re=$1
	shift
	captured "$@" | grep -Eq -- "$re"
}

# check_seen WHAT REGEX NAME [...]: within a moment, a packet reads so
check_seen() {
	local what=$1 re=$2
	shift 2
	if busywait 3000 captured_match "$re" "$@"; then
		pass "$what"
	else
		fail "$what" "expected a packet that matches: $re" "$(captured "$@")"
	fi
}

# capture_end NAME: stop it; what it has remains to be read
capture_end() {
	kill -INT "${CAPTURE_PID[$1]}" 2>/dev/null
	busywait 2000 not test -d "/proc/${CAPTURE_PID[$1]}"
}

# Counters that say no more than that something happened.
readonly NOT_DROPS='(tx|rx)_(packets|bytes|reassembled|mss_clamped)|tx_frag_(inner|outer)|rx_icmp_(relayed|ignored)|snat_bound'

# drops NS [DEV]: the drop counters that are not zero
drops() {
	nsx "$1" ethtool -S "${2-map0}" | awk -v not="^($NOT_DROPS):\$" \
		'$2 ~ /^[1-9]/ && $1 !~ not { printf "%s %s ", $1, $2 }'
}

# check_no_drops WHAT NS [DEV]
check_no_drops() {
	check_eq "$1" "$(drops "${@:2}")" ""
}

# check_counter WHAT NS NAME N: it gets there, and no further
check_counter() {
	busywait 2000 counted "$2" "$3" "$4"
	check_eq "$1" "$(counter "$2" "$3")" "$4"
}

# route_hops NS DST OPTION...: what traceroute finds on the way, in one line
route_hops() {
	local ns=$1 dst=$2
	shift 2
	nsx "$ns" traceroute -n -q1 -w$((2 * PATIENCE)) -N1 -m6 "$@" "$dst" 2>&1 |
		awk '/^ *[0-9]/ { printf "%s ", $2 }'
}

# route_is WHAT NS DST HOPS OPTION...
route_is() {
	local what=$1 ns=$2 dst=$3 hops=$4
	shift 4
	check_eq "$what" "$(route_hops "$ns" "$dst" "$@")" "$hops "
}
