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
	snat "$lan" send "$proto" "$host" 80 1 -p 31000
	counter_more "$proto: one more to $host is dropped and counted" snat_exhausted 1
	counter_more "$proto: and has no binding" snat_bound 0
}

fill() {
	local proto=$1 host=$2

	check "$proto: 240 connections to $host" holds "$proto-$host" "$lan" "$proto" "$host" 80 240
	check_own "$proto: they use the whole port set" 240 0x34 bound "$proto" "$host"
	one_more_is_dropped "$proto" "$host"
}

# End one of them: by its inner identifier, or by its outer port.
end_one() {
	local proto=$1 port

	if [[ $proto = icmp ]]; then
		port=$(nsx "$ce" conntrack -L -p icmp -d $SRV4 2>/dev/null | grep -o -m1 ' id=[0-9]*' | head -n1)
		nsx "$ce" conntrack -D -p icmp -d $SRV4 --icmp-id "${port# id=}"
	else
		read -r _ port < <(bound "$proto" $SRV4)
		nsx "$ce" conntrack -D -p "$proto" -d $SRV4 --reply-port-dst "$port"
	fi
}

last_one_is_found() {
	local proto=$1

	check "$proto: one ends" end_one "$proto"
	counter_now snat_bound
	busywait 3000 found_again "$proto"
	counter_more "$proto: its port is found" snat_bound 1
}

# The CE looks again after a few milliseconds.
found_again() {
	snat "$lan" send "$1" $SRV4 80 1 -p 31001
	counted "$ce" snat_bound $((COUNTED[snat_bound] + 1))
}

for proto in tcp udp udplite icmp; do
	fill $proto $SRV4
	fill $proto $SRV4_2
done

# The CE itself is told.
check_match "the CE's own program is told" "Cannot assign requested address" \
	snat "$ce" send udp $SRV4 80 1 -p 31002

check "and other destinations are reached" pings "$lan" 198.51.100.1
for proto in tcp udp udplite icmp; do
	last_one_is_found $proto
done
finish
