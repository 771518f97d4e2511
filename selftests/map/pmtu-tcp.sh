#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# A link in the core that is smaller than what CE and BR know of, and no MSS
# clamp: TCP finds the way through by itself, up by "packet too big" from the
# core that the CE relays as "fragmentation needed" (RFC 2473, section 8.3;
# RFC 7597, section 8.2), down by the BR
# likewise, once it may.

CE_OPTS="mss-clamp off"
BR_OPTS="mss-clamp off pmtudisc on"
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
narrow ce1 1380
narrow tobr 1380
capture lan "$lan" eth0 'icmp[0] == 3 and icmp[1] == 4'
capture srv "$srv" eth0 'icmp[0] == 3 and icmp[1] == 4'

check "upload" upload "$lan" $SRV4:8080 1000000
check_seen "the LAN host was told" "> 10.0.0.2: ICMP $SRV4 unreachable - need to frag \(mtu 1340\)" lan
forget_path "$lan"
check "download" download "$lan" $SRV4:8080 1000000
check_seen "the server was told" "unreachable - need to frag \(mtu 1340\)" srv
check "the CE relayed it" counted "$ce" rx_icmp_relayed 1
check "upload by the CE itself" upload "$ce" $SRV4:8080 1000000
check "download by the CE itself" download "$ce" $SRV4:8080 1000000
check_eq "nothing clamped" "$(counter "$ce" tx_mss_clamped) $(counter "$ce" rx_mss_clamped)" "0 0"
finish
