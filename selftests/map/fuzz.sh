#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
#
# Random damage to packets, into every side of a border relay and a CE, for a
# bounded time. No packet can hurt, and each is sent on or counted. FUZZ_SEED
# repeats a run, FUZZ_TIME makes it longer.

. "$(dirname "$0")/packets.sh"

topo_up
topo_ce2
check "rules" eval 'mapctl -n "$br" rule add dev map0 fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8 &&
	ip -n "$br" route add 203.0.113.0/24 dev map0 &&
	ip -n "$core" -6 route add blackhole 2001:db9::/40'
for dev in map0 wan lan; do
	nsx "$ce" tcpdump -i $dev -w /dev/null 2>/dev/null &
done
# Both ways to cut, the counterpart of what is random below.
mapctl -n "$ce" dev set map0 fragment outer ipid psid
ip -n "$br" link set map0 mtu 2000
# Nobody answers for this one, nor says that nobody does.
ip -n "$br" neigh add 198.51.100.99 lladdr 02:00:00:00:00:99 dev out nud permanent
# What is incomplete does not speak up when it is over.
for ns in "$core" "$br" "$srv" "$ce" "$lan" "$ce2"; do
	nsx "$ns" sysctl -qw net.{ipv4.ipfrag,ipv6.ip6frag,map.{tx,rx}_frag}_time=1
done
check "before: ping" nsx "$lan" ping -c 1 -W 5 "$SRV4"
packets fuzz.py "${FUZZ_TIME:-40}" ${FUZZ_SEED-}
check "after: ping" nsx "$lan" ping -c 2 -i 0.1 -W 5 "$SRV4"
check "after: ping from the other CE" nsx "$lan2" ping -c 2 -i 0.1 -W 5 -s 3000 "$SRV4"
finish
