#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mesh between two CEs that share one IPv4 address: the port alone says which
# of them is meant. Neither has the address on an interface, or it would take
# all of its ports for its own: NAT needs it nowhere, so map0 has the one that
# RFC 6333, section 5.7, gives to the end of a tunnel.

CE_RULE_OPTS=fmr
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd nft
topo_up
topo_ce2
for ns in "$ce" "$ce2"; do
	ip -n "$ns" addr add 192.0.0.2/32 dev map0
	ip -n "$ns" addr del $CE4/32 dev map0
done
nsx "$ce2" nft -f - <<-NFT
table ip own {
	chain prerouting {
		type nat hook prerouting priority -100
		iifname map0 tcp dport $PORT_2 dnat to 10.0.0.2:80
		iifname map0 udp dport $PORT_2 dnat to 10.0.0.2:80
	}
}
NFT
serve "$lan2" 80
serve "$srv" 8080

who=$(fetch "$lan" $CE4:"$PORT_2"/who)
check "TCP to the other: $who" is_own "$who" $CE4 0x34
who=$(udp "$lan" $CE4 "$PORT_2")
check "UDP to the other: $who" is_own "$who" $CE4 0x34
check_eq "the BR has received nothing" "$(counter "$br" rx_packets)" 0

who=$(fetch "$lan" $SRV4:8080/who)
check "TCP to the server: $who" is_own "$who" $CE4 0x34
check "ping to the server" pings "$lan" $SRV4
check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"
finish
