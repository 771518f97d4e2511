#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# The tunnel is one hop (RFC 2473, section 6.3): traceroute shows the CE, the
# BR and the server, by whatever protocol, and from outside the BR and the CE.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd traceroute

topo_up
serve "$srv" 8080
nsx "$ce" sysctl -qw net.ipv4.icmp_ratelimit=0
nsx "$br" sysctl -qw net.ipv4.icmp_ratelimit=0
nsx "$srv" sysctl -qw net.ipv4.icmp_ratelimit=0

route_is "by UDP" "$lan" $SRV4 "10.0.0.1 198.51.100.1 $SRV4"
route_is "by ICMP" "$lan" $SRV4 "10.0.0.1 198.51.100.1 $SRV4" -I
route_is "by TCP" "$lan" $SRV4 "10.0.0.1 198.51.100.1 $SRV4" -T -p 8080
route_is "from the CE" "$ce" $SRV4 "198.51.100.1 $SRV4"
route_is "from the server by a port of the CE" "$srv" $CE4 "198.51.100.1 $CE4" -U -p "$PORT"

# The hops of the core do not count, and are not seen, with an inherited hop
# limit either, as long as the packet gets through.
mapctl -n "$ce" dev set map0 hoplimit inherit
mapctl -n "$br" dev set map0 hoplimit inherit
check "packets with TTL to spare pass" pings "$lan" $SRV4 -t 8
finish
