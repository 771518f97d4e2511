#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# 464XLAT (RFC 6877) with a stateless translator of others at the other end:
# our CE, with a rule of no EA bits, is the CLAT, and Jool's SIIT (RFC 7915,
# RFC 7757) has the way to IPv4.

RULE="ipv6 2001:db8:12:3400::/64 ipv4 192.0.0.1/32 ea-len 0"
. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"
CE4=192.0.0.1
CE6=2001:db8:12:3400:0:c000:1:0

jool() {
	nsx "$br" jool_siit "$@"
}

topo_jool() {
	ip -n "$core" -6 route add "$DMR" via 2001:db8:f:ff::2 &&
	jool instance add --netfilter --pool6 "$DMR" &&
	jool eamt add "$CE4/32" "$CE6/128"
}

need_root
[[ $(uname -r) = 6.1.* ]] || skip "Debian's Jool knows the kernel 6.1 only"
need_cmd jool_siit
load_map
load_module jool_siit
topo_core
setup_ns ce lan
topo_jool || { fail "Jool is set up"; finish; }
topo_ce "$ce" "$lan" 1 2001:db8:12:3400::/64 "$CE6" || { fail "the CLAT is set up"; finish; }
serve "$srv" 8080

check "ping from the LAN" pings "$lan" $SRV4
check "ping from the CLAT itself" pings "$ce" $SRV4
check_eq "TCP: the server sees the CLAT's address" "$(fetch "$lan" $SRV4:8080/who | cut -d' ' -f1)" $CE4
check_eq "UDP: the server sees the CLAT's address" "$(udp "$lan" $SRV4 8080 | cut -d' ' -f1)" $CE4
check "a download" download "$lan" $SRV4:8080 1000000
check "an upload" upload "$lan" $SRV4:8080 1000000
check "long UDP" udp_sum "$lan" $SRV4 8080 -s 4000
check_no_drops "nothing dropped at the CLAT" "$ce"
finish
