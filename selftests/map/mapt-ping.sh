#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MAP-T: ICMP echo from the LAN and from the CE itself. In the domain it is
# ICMPv6 between the CE's MAP address and the server's address in the prefix of
# the DMR (RFC 7599, section 5.1), with an identifier of the port set
# (section 9), and one hop of TTL for each translator.

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
capture core "$core" ce1 icmp6
capture srv "$srv" eth0 icmp
check "LAN host pings the server" pings "$lan" $SRV4 -t 40
check "with packets that fill the link" pings "$lan" $SRV4 -M "do" -s $((1480 - 28))
check "CE pings the server" pings "$ce" $SRV4
check "DSCP goes across" pings "$lan" $SRV4 -Q 0xb8
check "the server sees all of them" busywait 2000 saw_n 8 srv 'icmp[0] == 8 and src host 192.0.2.18'
check_eq "and no other source" "$(captured_count srv 'icmp[0] == 8 and not src host 192.0.2.18')" 0
check "in the domain they are ICMPv6" busywait 2000 saw_n 8 core "src host $CE6 and dst host $SRV6 and ip6[40] == 128"
check "and back, the long ones in fragments" busywait 2000 saw_n 6 core "src host $SRV6 and dst host $CE6 and ip6[40] == 129"
check "the hop limit is the TTL less the CE" saw core "src host $CE6 and ip6[7] == 39"
check "and the TTL that less core and BR" saw srv "icmp[0] == 8 and ip[8] == 37"
check "traffic class in the domain" saw_n 4 core "ip6[0:2] & 0xff0 == 0xb80"
check "the same at the server" saw_n 2 srv "icmp[0] == 8 and ip[1] == 0xb8"
check_eq "answers have lost a hop a router" \
	"$(nsx "$lan" ping -n -c1 -W5 $SRV4 | sed -n 's/.*ttl=\([0-9]*\).*/\1/p')" 61

for id in $(captured srv | sed -n 's/.*192.0.2.18 > .*echo request, id \([0-9]*\),.*/\1/p' | sort -u); do
	check "identifier $id is of the port set" port_in_set "$id" 0x34
done
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
