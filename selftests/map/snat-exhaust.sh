# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# exhaust PROTO: a CE with 240 ports has 240 connections to one destination,
# and 240 more to another. The next one is dropped and counted, others go on,
# and the port of one that ends is found. To be sourced after snat-lib.sh.

# "EXHAUSTED BOUND", as counted
exhaust_counters() {
	nsx "$ce" ethtool -S map0 | awk '
		$1 == "snat_exhausted:" { dropped = $2 }
		$1 == "snat_bound:" { bound = $2 }
		END { print dropped, bound }'
}

# has_become BEFORE DROPPED BOUND: so many more of each
has_become() {
	local dropped bound
	read -r dropped bound <<<"$1"
	[[ $(exhaust_counters) = "$((dropped + $2)) $((bound + $3))" ]]
}

# The first packet of one more.
one_more_is_dropped() {
	local before
	before=$(exhaust_counters)
	snat "$lan" send "$1" "$2" 80 1 -p 31000
	check "$1: one more to $2 is dropped, counted, not bound" \
		busywait 3000 has_become "$before" 1 0
}

fill() {
	check "$1: 240 connections to $2" holds "$1-$2" "$lan" "$1" "$2" 80 240
	check_own "$1: they use the whole port set" 240 0x34 bound "$1" "$2"
	one_more_is_dropped "$1" "$2"
}

# By its inner identifier, or by its outer port.
end_one() {
	local port

	if [[ $1 = icmp ]]; then
		port=$(nsx "$ce" conntrack -L -p icmp -d $SRV4 2>/dev/null | grep -o -m1 ' id=[0-9]*' | head -n1)
		nsx "$ce" conntrack -D -p icmp -d $SRV4 --icmp-id "${port# id=}"
	else
		read -r _ port < <(bound "$1" $SRV4)
		nsx "$ce" conntrack -D -p "$1" -d $SRV4 --reply-port-dst "$port"
	fi
}

# The CE looks again after a few milliseconds.
found_again() {
	local now
	snat "$lan" send "$1" $SRV4 80 1 -p 31001
	now=$(exhaust_counters)
	[[ ${now#* } -eq $((${2#* } + 1)) ]]
}

exhaust() {
	local before

	fill "$1" $SRV4
	fill "$1" $SRV4_2
	check "$1: and other destinations are reached" pings "$lan" 198.51.100.1
	check "$1: one ends" end_one "$1"
	before=$(exhaust_counters)
	check "$1: its port is found" busywait 3000 found_again "$1" "$before"
}
