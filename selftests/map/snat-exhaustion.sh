#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# A CE with 240 ports has 240 connections to one destination, and 240 more to
# another, for TCP, UDP, UDP-Lite and ICMP alike. The next one is dropped and
# counted, what is there already goes on, and the port of one that ends is
# found.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80

# The first packet of one more: counted once, and no binding comes of it.
one_more_is_dropped() {
	local proto=$1 host=$2

	counter_now snat_exhausted
	counter_now snat_bound
	snat "$lan" send "$proto" "$host" 80 1 -p 9
	counter_more "$proto: one more to $host is dropped and counted" snat_exhausted 1
	counter_more "$proto: and has no binding" snat_bound 0
}

fill() {
	local proto=$1 host=$2

	check "$proto: 240 connections to $host" holds "$proto-$host" "$lan" "$proto" "$host" 80 240
	bound "$proto" "$host" | check_own "$proto: they use the whole port set" 240 0x34
	one_more_is_dropped "$proto" "$host"
}

last_one_is_found() {
	local proto=$1 addr port field=--reply-port-dst

	read -r addr port < <(bound "$proto" $SRV4 | shuf -n1)
	[[ $proto != icmp ]] || field=--icmp-id
	if [[ $proto = icmp ]]; then
		port=$(nsx "$ce" conntrack -L -p icmp -d $SRV4 2>/dev/null | shuf -n1 | sed 's/.*code=0 id=\([0-9]*\) \[*.*src=.*/\1/')
	fi
	counter_now snat_bound
	nsx "$ce" conntrack -D -p "$proto" -d $SRV4 "$field" "$port" >/dev/null 2>&1
	busywait 3000 found_again "$proto"
	counter_more "$proto: the port of one that ended is found" snat_bound 1
}

# The CE looks again after a few milliseconds.
found_again() {
	snat "$lan" send "$1" $SRV4 80 1 -p 10
	counted "$ce" snat_bound $((COUNTED[snat_bound] + 1))
}

for proto in tcp udp udplite icmp; do
	fill $proto $SRV4
	fill $proto $SRV4_2
done

# The CE itself is told.
check_refused "the CE's own program is told" "Cannot assign requested address" \
	nsx "$ce" ping -n -c1 -W1 $SRV4

check "and other destinations are reached" pings "$lan" 198.51.100.1
for proto in udp icmp; do
	last_one_is_found $proto
done
finish
