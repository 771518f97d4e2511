#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# MAP-T: a CE with an IPv4 prefix. The rule leaves the last bits open, so a
# host's address has no place but the interface identifier (RFC 7599, section
# 6): each host of the prefix has a MAP address of its own, others share the
# first one by source NAT.

# shellcheck disable=SC2034 # for snat-lib.sh
SNAT_RULE="ipv6 2001:db8::/40 ipv4 192.0.0.0/16 ea-len 8"
# shellcheck disable=SC2034
SNAT_MAP6=2001:db8:12:0:0:c000:1200:0
. "$(dirname "$0")/mapt-topo.sh"
CE4=192.0.18.0
HOST4=192.0.18.130
HOST6=2001:db8:12:0:0:c000:1282:0
. "$TESTS/map/snat-lib.sh"

snat_up
# All of the MAP addresses are in the first /64.
ip -n "$ce" -6 route add 2001:db8:12::/64 dev map0
ip -n "$br" route add 192.0.18.0/24 dev map0
ip -n "$ce" addr add 192.0.18.129/25 dev lan
ip -n "$lan" addr add $HOST4/25 dev eth0
answers "$srv" 80
serve "$lan" 7000
capture core "$core" ce1 udp

for proto in tcp udp icmp; do
	check "$proto: from inside the prefix" holds in-$proto "$lan" $proto $SRV4 80 1 -b $HOST4 -p 999
	check "$proto: from a private address" holds out-$proto "$lan" $proto $SRV4 80 1 -b $LAN4 -p 998
done
for proto in tcp udp; do
	check_eq "$proto: nothing is changed" "$(outer in-$proto)" "$HOST4 999"
	check_eq "$proto: the first address, and the same port" "$(outer out-$proto)" "$CE4 998"
done
check "in the domain the host has an address of its own" \
	busywait 2000 saw core "src host $HOST6 and dst host $SRV6"
check "which it is sent to, too" saw core "dst host $HOST6 and src host $SRV6"
check "others have that of the CE" saw core "src host $SNAT_MAP6"

check "from outside to a host, whole" download "$srv" $HOST4:7000 500000
check "back" upload "$srv" $HOST4:7000 500000
check "in fragments" udp_sum "$srv" $HOST4 7000 -s 8000
check "the host's long answers" udp "$srv" $HOST4 7000 -s 8000
for ns in "$ce" "$core"; do
	nsx "$ns" sysctl -qw net.ipv6.icmp.ratelimit=0
done
# RFC 7600, section 4.8: 192.0.0.8 is who has no IPv4 address.
route_is "traceroute to it: BR, core, CE, host" "$srv" $HOST4 \
	"198.51.100.1 192.0.0.8 192.0.0.8 $HOST4" -I
check_no_drops "nothing was dropped at the CE" "$ce"
check_no_drops "nothing was dropped at the BR" "$br"

# Section 8: neither end takes an address for another.
for wrong in 2001:db8:12:0:0:c000:1383:0 2001:db8:12:0:0:c000:1282:1 2001:db8:12:0:0:0:0:1; do
	nsx "$core" ping -n -c1 -W1 -I 2001:db8:f:1::1 "$wrong" >/dev/null 2>&1
done
check "an address that is nobody's is not taken" busywait 2000 counted "$ce" rx_not_ours 3
finish
