#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A port of the set that is reserved for an own server (snat-reserve), with a
# DNAT rule into the LAN, is reached from another CE, directly, and from
# outside, by the BR.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft
topo_mesh
check "the port is reserved" mapctl -n "$ce2" dev set map0 snat-reserve "$PORT_2"
check "and goes to the LAN" nsx "$ce2" nft -f - <<-NFT
table ip own {
	chain prerouting {
		type nat hook prerouting priority -100
		iifname map0 tcp dport $PORT_2 dnat to 10.0.0.2:80
		iifname map0 udp dport $PORT_2 dnat to 10.0.0.2:80
	}
}
NFT
serve "$lan2" 80

who=$(fetch "$lan" $CE4_2:"$PORT_2"/who)
check "TCP from the other CE: $who" is_own "$who" $CE4 0x34
who=$(udp "$lan" $CE4_2 "$PORT_2")
check "UDP from the other CE: $who" is_own "$who" $CE4 0x34
check_eq "the BR has received nothing" "$(counter "$br" rx_packets)" 0
check_match "TCP from outside" "^$SRV4 " fetch "$srv" $CE4_2:"$PORT_2"/who
check_match "UDP from outside" "^$SRV4 " udp "$srv" $CE4_2 "$PORT_2"
check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"
finish
