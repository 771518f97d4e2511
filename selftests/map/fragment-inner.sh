#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fragment inner: a packet that is too long and may be fragmented (DF clear)
# goes as IPv4 fragments, each in an IPv6 packet of its own; no IPv6 fragment.
# (RFC 7597, section 8.3.1, by RFC 4459, section 3.4.)

CE_OPTS="fragment inner"
BR_OPTS="fragment inner"
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$srv" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
capture core "$core" tobr "host $BR6 and host $CE6"

check "ping of 2000 bytes" pings "$lan" $SRV4 -M dont -s 2000
check "ping of 1461 bytes" pings "$lan" $SRV4 -M dont -s $((1461 - 28))
check "UDP of 8000 bytes up" udp_sum "$lan" $SRV4 8080 -s 8000
check "UDP of 8000 bytes down" udp "$lan" $SRV4 8080 -s 8000
check "UDP of 60000 bytes up" udp_sum "$lan" $SRV4 8080 -s 60000
check "UDP of 60000 bytes down" udp "$lan" $SRV4 8080 -s 60000
check "UDP of 8000 bytes by the CE itself" udp_sum "$ce" $SRV4 8080 -s 8000

# IPv4 in IPv6 with more fragments, or an offset, in the inner header.
check "IPv4 fragments up" saw_n 20 core "src host $CE6 and ip6[6] == 4 and ip6[46:2] & 0x3fff != 0"
check "IPv4 fragments down" saw_n 20 core "src host $BR6 and ip6[6] == 4 and ip6[46:2] & 0x3fff != 0"
check_eq "no IPv6 fragment" "$(captured_count core 'ip6[6] == 44')" 0
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
