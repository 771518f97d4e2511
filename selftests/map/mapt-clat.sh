#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# 464XLAT (RFC 6877): a CE with a rule of no EA bits, and a NAT64's prefix as
# its Default Mapping Rule, is a CLAT (RFC 7599, section 12.4). At the other end
# a stateless translator, and NAT44 behind it.

# RFC 7335: what a CLAT has without an address of its own.
RULE="ipv6 2001:db8:12:3400::/64 ipv4 192.0.0.1/32 ea-len 0"
. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"
CE4=192.0.0.1
CE6=2001:db8:12:3400:0:c000:1:0

need_cmd nft
need_root
load_map
topo_core
setup_ns ce lan
topo_br || { fail "the stateless translator is set up"; finish; }
topo_ce "$ce" "$lan" 1 2001:db8:12:3400::/64 "$CE6" || { fail "the CLAT is set up"; finish; }
check "the way back to it" ip -n "$br" route add $CE4/32 dev map0
check "NAT44 behind the translator" nsx "$br" nft "add table ip t
	add chain ip t post { type nat hook postrouting priority srcnat; }
	add rule ip t post oifname out masquerade"
serve "$srv" 8080
capture wan "$core" ce1 ip6

check "ping from the LAN" pings "$lan" $SRV4
check "ping from the CLAT itself" pings "$ce" $SRV4
check_eq "TCP: the server sees the translator" "$(fetch "$lan" $SRV4:8080/who | cut -d' ' -f1)" 198.51.100.1
check_eq "UDP: the server sees the translator" "$(udp "$lan" $SRV4 8080 | cut -d' ' -f1)" 198.51.100.1
check "a download" download "$lan" $SRV4:8080 1000000
check "an upload" upload "$lan" $SRV4:8080 1000000
check "long UDP" udp_sum "$lan" $SRV4 8080 -s 4000
check_seen "in IPv6 it is the MAP address and the NAT64's prefix" "$CE6.* > $SRV6" wan
check_no_drops "nothing dropped at the CLAT" "$ce"
check_no_drops "nothing dropped at the translator" "$br"
finish
