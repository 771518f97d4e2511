#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Interoperation: the kernel's ip6tnl, one tunnel for the CE, as BR. It may put
# a destination option with the encapsulation limit in between (RFC 2473,
# section 4.1.1), which the CE has to read over.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

# br_tunnel ENCAPLIMIT
br_tunnel() {
	ip -n "$br" link del tnl 2>/dev/null
	ip -n "$br" link add tnl type ip6tnl mode ipip6 local $BR6 remote $CE6 encaplimit "$1" &&
	ip -n "$br" link set tnl up &&
	ip -n "$br" route replace $CE4/32 dev tnl
}

need_module ip6_tunnel
topo_up
ip -n "$br" link del map0
serve "$srv" 8080

for limit in none 4; do
	check "tunnel with encaplimit $limit" br_tunnel $limit
	check "ping" pings "$lan" $SRV4
	who=$(fetch "$lan" $SRV4:8080/who)
	check "TCP: $who" is_own "$who" $CE4 0x34
	who=$(udp "$lan" $SRV4 8080)
	check "UDP: $who" is_own "$who" $CE4 0x34
	check "download" download "$lan" $SRV4:8080 1000000
	check "upload" upload "$lan" $SRV4:8080 1000000
done
check_no_drops "nothing dropped at the CE" "$ce"
finish
