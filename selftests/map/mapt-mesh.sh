#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MAP-T mesh: with the rule's F flag CEs send to each other directly, from MAP
# address to MAP address (RFC 7599, sections 5.1 and 8.1). Without it the BR
# sends on in IPv4 what is for another CE.

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

topo_mesh
serve "$ce2" "$PORT_2"
capture core "$core" ce1 ip6

who=$(fetch "$lan" $CE4_2:"$PORT_2"/who)
check "TCP to a server on the other CE: $who" is_own "$who" $CE4 0x34
who=$(udp "$lan" $CE4_2 "$PORT_2")
check "UDP: $who" is_own "$who" $CE4 0x34
check "download" download "$lan" $CE4_2:"$PORT_2" 1000000
check "upload" upload "$lan" $CE4_2:"$PORT_2" 1000000
check "large UDP, in fragments" udp_sum "$lan" $CE4_2 "$PORT_2" -s 8000
check "and down" udp "$lan" $CE4_2 "$PORT_2" -s 8000
check "from MAP address to MAP address" saw core "src host $CE6 and dst host $CE6_2 and tcp"
check_eq "the BR has received nothing" "$(counter "$br" rx_packets)" 0
check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"

serve "$srv" 8080
who=$(fetch "$lan" $SRV4:8080/who)
check "the server still is behind the BR: $who" is_own "$who" $CE4 0x34
check "which has received that" counted "$br" rx_packets 1

# A UDP packet to a port that is closed: the answer has to get back.
capture lan "$lan" eth0 icmp
udp "$lan" $CE4_2 $((PORT_2 + 1)) -t 1 >/dev/null 2>&1
check_seen "an error of the other CE arrives" \
	"192.0.2.19 > 10.0.0.2: ICMP 192.0.2.19 udp port $((PORT_2 + 1)) unreachable" lan
check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"

# shellcheck disable=SC2086 # words
for ns in "$ce" "$ce2"; do
	mapctl -n "$ns" rule del dev map0 bmr ipv6 2001:db8::/40 &&
	mapctl -n "$ns" rule add dev map0 bmr $RULE || fail "the rule is replaced"
done
before=$(counter "$br" tx_packets)
who=$(udp "$lan" $CE4_2 "$PORT_2")
check "without the F flag, too: $who" is_own "$who" $CE4 0x34
check "by way of the BR" counted "$br" tx_packets $((before + 2))
check "download" download "$lan" $CE4_2:"$PORT_2" 1000000
check "upload" upload "$lan" $CE4_2:"$PORT_2" 1000000
finish
