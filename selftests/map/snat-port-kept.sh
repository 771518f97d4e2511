#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A source port that is in the port set is kept while nobody else has it;
# whoever else has the same one gets another. A source has the same outer port
# for all of its destinations (RFC 4787, REQ-1 and REQ-3).

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80 81
ip -n "$lan" addr add 10.0.0.3/24 dev eth0

protos="tcp udp"
[[ ! -e /proc/net/udplite ]] || protos+=" udplite"
for proto in $protos; do
	check "$proto from port $PORT" holds "$proto-kept" "$lan" $proto $SRV4 80 1 -b $LAN4 -p $PORT
	check_eq "$proto: it is kept" "$(outer "$proto-kept")" "$CE4 $PORT"
	check "$proto from $PORT of another host" holds "$proto-second" "$lan" $proto $SRV4 80 1 -b 10.0.0.3 -p $PORT
	check_own "$proto: a port of the set" 1 0x34 outer "$proto-second"
	check_fails "$proto: not the same" grep -q " $PORT\$" "$HOLDS/$proto-second"
	check "$proto from $PORT of another host, elsewhere" holds "$proto-third" "$lan" $proto $SRV4 81 1 -b 10.0.0.3 -p $PORT
	check_eq "$proto: it has the port that it has already" "$(outer "$proto-third")" "$(outer "$proto-second")"
	release "$proto-kept"
	nsx "$ce" conntrack -D -p $proto --orig-src $LAN4 >/dev/null 2>&1
	check "$proto: its port is free again" holds "$proto-fourth" "$lan" $proto $SRV4_2 80 1 -b 10.0.0.3 -p $PORT
	check_eq "$proto: the other one stays where it is" "$(outer "$proto-fourth")" "$(outer "$proto-second")"
done

# Identifiers of ICMP: ping takes the one that it is told.
check "ping by identifier $PORT" pings "$lan" $SRV4 -e $PORT
check_eq "ICMP: it is kept" "$(bound icmp $SRV4)" "$CE4 $PORT"

# One source, many destinations: a single UDP socket's worth.
for n in {10..29}; do
	ip -n "$srv" addr add 198.51.100.$n/24 dev eth0
	snat "$lan" send udp 198.51.100.$n 90 1 -p 40000
done
seen() {
	[[ $(count_of -p udp --orig-port-src 40000) -eq 20 ]]
}
check "20 destinations of one source" busywait 3000 seen
ports=$(nsx "$ce" conntrack -L -p udp --orig-port-src 40000 2>/dev/null |
	sed -n 's/.* dport=\([0-9]*\).*/\1/p' | sort | uniq -c)
check_eq "have one port" "$(wc -l <<<"$ports")" 1
finish
