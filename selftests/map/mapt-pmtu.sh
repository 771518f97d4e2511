#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Path MTU discovery through a translator, end to end (RFC 7915, section 4): a
# link in the core is smaller than what CE and BR know of, and what its router
# says in IPv6 comes to the IPv4 sender as "fragmentation needed", 20 less.

ICMP_SOURCE=203.0.113.1
CE_OPTS="mss-clamp off icmp-source $ICMP_SOURCE"
BR_OPTS=$CE_OPTS
. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
capture lan "$lan" eth0 'icmp[0] == 3 and icmp[1] == 4'
capture srv "$srv" eth0 'icmp[0] == 3 and icmp[1] == 4'

check "1480 bytes with DF pass" ping_df "$lan" 1480
check_fails "one more does not" ping_df "$lan" 1481
check_seen "the sender is told 1480" "> 10.0.0.2: ICMP $SRV4 unreachable - need to frag \(mtu 1480\)" lan
check "an upload" upload "$lan" $SRV4:8080 1000000
check "a download" download "$lan" $SRV4:8080 1000000

narrow ce1 1380
narrow tobr 1380
check "an upload through the narrow core" upload "$lan" $SRV4:8080 1000000
check_seen "the LAN host was told 1360" "$ICMP_SOURCE > 10.0.0.2: ICMP $SRV4 unreachable - need to frag \(mtu 1360\)" lan
forget_path "$lan"
check "a download through the narrow core" download "$lan" $SRV4:8080 1000000
check_seen "the server was told 1360" "$ICMP_SOURCE > $SRV4: ICMP $CE4 unreachable - need to frag \(mtu 1360\)" srv
check "an upload by the CE itself" upload "$ce" $SRV4:8080 1000000
check "a download by the CE itself" download "$ce" $SRV4:8080 1000000
check "1360 bytes with DF pass" ping_df "$lan" 1360

# What may be fragmented is, so that it fits anywhere (section 4.1).
check "long packets without DF pass, up" pings "$lan" $SRV4 -M dont -s 3000
check "long packets without DF pass, down" pings "$srv" $CE4 -M dont -s 3000 -e "$PORT"
check "long UDP" udp_sum "$lan" $SRV4 8080 -s 8000
check "long UDP, and as much back" udp "$lan" $SRV4 8080 -s 8000

# A link in IPv4 that is smaller than what IPv6 can do (section 5.1.1).
ip -n "$br" link set out mtu 1000
check "an upload into a narrow IPv4 link" upload "$lan" $SRV4:8080 300000
check "long UDP into a narrow IPv4 link" udp_sum "$lan" $SRV4 8080 -s 8000
finish
