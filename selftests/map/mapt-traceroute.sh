#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Traceroute through translators: each node is one hop, routers of the core
# are seen by the address of RFC 6791, and so is the BR, which has not
# translated yet when it counts.

ICMP_SOURCE=203.0.113.1
CE_OPTS="icmp-source $ICMP_SOURCE"
BR_OPTS=$CE_OPTS
. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd traceroute

topo_up
serve "$srv" 8080
for ns in "$ce" "$core" "$br" "$srv"; do
	nsx "$ns" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
done
up="10.0.0.1 $ICMP_SOURCE $ICMP_SOURCE $SRV4"
route_is "by UDP" "$lan" $SRV4 "$up"
route_is "by ICMP" "$lan" $SRV4 "$up" -I
route_is "by TCP" "$lan" $SRV4 "$up" -T -p 8080
route_is "from the CE" "$ce" $SRV4 "$ICMP_SOURCE $ICMP_SOURCE $SRV4"
# The CE takes the packet where it has still to be forwarded to the device.
check_match "from the server by a port of the CE" "^198.51.100.1 $ICMP_SOURCE( $ICMP_SOURCE)? $CE4 $" \
	route_hops "$srv" $CE4 -U -p "$PORT"
check "TTL to spare, by one" pings "$lan" $SRV4 -t 4
check_fails "TTL that is one short" nsx "$lan" ping -n -c1 -W1 -t 3 $SRV4
finish
