#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Interoperation: the kernel's ip6tnl with an nft rule that translates to one
# range of the port set, as CE.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft
need_module ip6_tunnel

# ce_tunnel ENCAPLIMIT
ce_tunnel() {
	ip -n "$ce" link del tnl 2>/dev/null
	ip -n "$ce" link add tnl type ip6tnl mode ipip6 local $CE6 remote $BR6 encaplimit "$1" &&
	ip -n "$ce" link set tnl up &&
	ip -n "$ce" addr add $CE4/32 dev tnl &&
	ip -n "$ce" route replace default dev tnl
}

topo_up
ip -n "$ce" link del map0
nsx "$ce" nft -f - <<-NFT
table ip own {
	chain postrouting {
		type nat hook postrouting priority 100
		oifname tnl meta l4proto { tcp, udp, icmp } snat to $CE4:$PORT-$((PORT + 15))
	}
}
NFT
serve "$srv" 8080

for limit in none 4; do
	check "tunnel with encaplimit $limit" ce_tunnel $limit
	check "ping" pings "$lan" $SRV4
	who=$(fetch "$lan" $SRV4:8080/who)
	check "TCP: $who" is_own "$who" $CE4 0x34
	who=$(udp "$lan" $SRV4 8080)
	check "UDP: $who" is_own "$who" $CE4 0x34
	check "download" download "$lan" $SRV4:8080 1000000
	check "upload" upload "$lan" $SRV4:8080 1000000
done
check_no_drops "nothing dropped at the BR" "$br"
finish
