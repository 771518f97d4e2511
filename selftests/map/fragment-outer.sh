#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fragment outer: a packet that is too long and may be fragmented (DF clear) is
# encapsulated whole, and the tunnel packet goes in IPv6 fragments (RFC 2473,
# section 7.2 (b)); no IPv4 fragment.

CE_OPTS="fragment outer"
BR_OPTS="fragment outer"
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$srv" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
capture core "$core" tobr "host $BR6 and host $CE6"

check "ping of 1461 bytes" pings "$lan" $SRV4 -M dont -s $((1461 - 28))
check "ping of 1500 bytes" pings "$lan" $SRV4 -M dont -s $((1500 - 28))
check "IPv6 fragments up" saw_n 8 core "src host $CE6 and ip6[6] == 44 and ip6[40] == 4"
check "IPv6 fragments down" saw_n 8 core "src host $BR6 and ip6[6] == 44 and ip6[40] == 4"
check_eq "no IPv4 fragment" "$(captured_count core 'ip6[6] == 4 and ip6[46:2] & 0x3fff != 0')" 0

# What came in fragments goes on as it came, put together where ports must be
# known; nothing is lost.
check "ping of 4000 bytes" pings "$lan" $SRV4 -M dont -s 4000
check "UDP of 8000 bytes up" udp_sum "$lan" $SRV4 8080 -s 8000
check "UDP of 8000 bytes down" udp "$lan" $SRV4 8080 -s 8000
check "UDP of 8000 bytes by the CE itself" udp_sum "$ce" $SRV4 8080 -s 8000
check "download" download "$lan" $SRV4:8080 500000

# DF is honoured all the same (RFC 2473, section 7.2 (a)).
capture lan "$lan" eth0 'icmp[0] == 3 and icmp[1] == 4'
check_fails "DF set: not fragmented" ping_df "$lan" 1461
check_seen "but answered" 'unreachable - need to frag \(mtu 1460\)' lan
finish
