#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whatever arrives for a port of another CE is dropped and counted, whatever
# leaves with one too, and nobody behind the CE or on it gets to see it.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd nft
snat_up
answers "$ce" $PORT $PORT_2
answers "$srv" 80

# A tunnel that knows nothing of ports, with the addresses of BR and CE.
need_module ip6_tunnel
ip -n "$br" link add tun type ip6tnl mode ipip6 local $BR6 remote $CE6 encaplimit none
ip -n "$br" link set tun up
ip -n "$br" route add $CE4/32 dev tun

check "a port of its own arrives" holds own "$srv" udp $CE4 $PORT 1
check_eq "and nothing is counted" "$(counter "$ce" rx_foreign_port)" 0
counter_now rx_foreign_port
for proto in udp tcp sctp; do
	snat "$srv" send $proto $CE4 $PORT_2 2 -p 5000
done
check "an identifier of its own is answered" pings "$srv" $CE4 -e $PORT
snat "$srv" send icmp $CE4 0 2 -p $PORT_2
counter_more "foreign ports are dropped and counted" rx_foreign_port 8
check_eq "and leave no trace" "$(count_of --orig-port-dst $PORT_2)" 0

# Out: a source of no port set, past source NAT.
counter_now tx_foreign_source
nsx "$ce" nft add table ip raw
nsx "$ce" nft add chain ip raw pre '{ type filter hook prerouting priority raw; }'
nsx "$ce" nft add rule ip raw pre iifname lan notrack
snat "$lan" send udp $SRV4 80 2 -p 5000
snat "$lan" send udp $SRV4 80 2 -p $PORT
counter_more "untracked packets are dropped and counted" tx_foreign_source 4
finish
