#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# RFC 2473, section 7.2 (a): a packet longer than the tunnel's MTU with DF set
# is discarded, and its sender told the tunnel's MTU: through NAT as well.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"


topo_up
capture lan "$lan" eth0 'icmp[0] == 3 and icmp[1] == 4'
told() {
	check_seen "the sender is told $1" "> 10.0.0.2: ICMP $SRV4 unreachable - need to frag \(mtu $1\)" lan
}

check "1460 bytes pass" ping_df "$lan" 1460
check_fails "one more does not" ping_df "$lan" 1461
told 1460

# From here on the core knows better.
narrow tobr 1400
check_fails "1400 is too long for the core" ping_df "$lan" 1400
told 1360
check "1360 pass" ping_df "$lan" 1360
check_fails "1361 do not" ping_df "$lan" 1361

# IPv6 links have 1280 at least, and tunnels 1240.
narrow tobr 1280
check_fails "1360 is too long now" ping_df "$lan" 1360
told 1240
check "1240 pass" ping_df "$lan" 1240
check_fails "1241 do not" ping_df "$lan" 1241

# The CE as a sender.
check_fails "nor from the CE itself" ping_df "$ce" 1241
check "1240 pass from the CE itself" ping_df "$ce" 1240
check "relayed errors are counted" counted "$ce" rx_icmp_relayed 2
finish
