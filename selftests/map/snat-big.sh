#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# As many connections to one destination as an address has ports that is not
# shared, more than 64,000: all of them are used, the last free one is found,
# and a flood that finds none neither locks up the machine nor hurts others.

# shellcheck disable=SC2034 # for snat-lib.sh
SNAT_RULE="ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 8"
# shellcheck disable=SC2034
SNAT_MAP6=2001:db8:12:0:0:c000:212:0
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80

# Nobody is there: bindings are what counts.
SINK=198.51.100.9
ip -n "$br" route add blackhole $SINK/32
# 1024..65535 are given out.
PORTS=$((65536 - 1024))

for key in nf_conntrack_buckets=65536 nf_conntrack_max=200000; do
	defer "sysctl -qw net.netfilter.${key%=*}=$(sysctl -n net.netfilter.${key%=*})"
	sysctl -qw net.netfilter.$key || skip "no room for many connections"
done

for n in {10..14}; do
	ip -n "$lan" addr add 10.0.0.$n/24 dev eth0
done

# Two hosts: what the first one has is kept, the second one gets the rest.
snat "$lan" send udp $SINK 7 50000 -b 10.0.0.10 -p 10000
snat "$lan" send udp $SINK 7 $((PORTS - 50000 - 1)) -b 10.0.0.11 -p 10000
one_left() {
	[[ $(counter "$ce" snat_bound) -ge $((PORTS - 1)) ]]
}
counter_now snat_exhausted
check "all ports but one are taken" busywait 5000 one_left
check_match "as mapctl says" "(^|[^0-9])$((PORTS - 1))([^0-9]|$)" mapctl -n "$ce" ports dev map0

counter_now snat_bound
snat "$lan" send udp $SINK 7 1 -b 10.0.0.12 -p 10000
counter_more "the last one is found" snat_bound 1
check_own "and it is a port of its own" $PORTS 0 bound udp $SINK

counter_now snat_exhausted
snat "$lan" send udp $SINK 7 20000 -b 10.0.0.13 -p 10000
counter_more "20,000 more are dropped and counted" snat_exhausted 20000
check "others do not suffer: UDP" holds udp "$lan" udp $SRV4 80 20
check "others do not suffer: TCP" holds tcp "$lan" tcp $SRV4 80 20
check "others do not suffer: ICMP" pings "$lan" $SRV4

read -r _ port < <(bound udp $SINK | shuf -n1)
check "one ends" nsx "$ce" conntrack -D -p udp -d $SINK --reply-port-dst "$port"
counter_now snat_bound
again() {
	snat "$lan" send udp $SINK 7 1 -b 10.0.0.14 -p 10000
	counted "$ce" snat_bound $((COUNTED[snat_bound] + 1))
}
check "its port is found" busywait 5000 again
check_eq "that one and no other" \
	"$(nsx "$ce" conntrack -L -p udp -d $SINK --orig-src 10.0.0.14 2>/dev/null | sed 's/.*dport=\([0-9]*\).*/\1/')" "$port"
finish
