#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An IPv6 link may carry less than its device can: a router says so (RFC 4861,
# section 4.6.4), or the administrator. Without pmtudisc that is the MTU that
# counts: packets are fragmented inside by it, and never outside.

CE_OPTS="fragment inner"
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$srv" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$br" sysctl -qw net.ipv6.conf.wan.mtu=1400
nsx "$ce" sysctl -qw net.ipv6.conf.wan.mtu=1400

for how in off on; do
	check "pmtudisc $how" mapctl -n "$br" dev set map0 pmtudisc $how
	mapctl -n "$ce" dev set map0 pmtudisc $how
	capture $how "$core" tobr "host $BR6 and host $CE6"
	check "UDP of 8000 bytes up" udp_sum "$lan" $SRV4 8080 -s 8000
	check "UDP of 8000 bytes down" udp "$lan" $SRV4 8080 -s 8000
	check "fragments come" saw_n 14 $how 'ip6[6] == 4'
	check_eq "none is longer than the link takes" "$(captured_count $how 'ip6[4:2] > 1360')" 0
	check_eq "no IPv6 fragment" "$(captured_count $how 'ip6[6] == 44')" 0
	capture_end $how
	capture "lan$how" "$lan" eth0 'icmp[0] == 3 and icmp[1] == 4'
	check_fails "a packet with DF set is not fragmented" ping_df "$lan" 1400
	check_seen "its sender is told" 'need to frag \(mtu 1360\)' "lan$how"
done
finish
