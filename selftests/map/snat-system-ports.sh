#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# A port set with system ports (PSID offset 0, PSID 0: ports 0 to 2047). Those
# below 1024 are given out when no other is left (RFC 6056, section 3.2), since
# filters drop what comes from the ports of services. Port 0 never is.

OFFSET=0
RULE="ipv6 2001:db8:12:2000::/51 ipv4 192.0.2.18/32 ea-len 5 psid-offset 0"
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd conntrack
need_root
load_map
topo_core
setup_ns ce lan
topo_br || { fail "the BR is set up"; finish; }
CE6=2001:db8:12:2000:0:c000:212:0
topo_ce "$ce" "$lan" 1 2001:db8:12:2000::/56 "$CE6" || { fail "the CE is set up"; finish; }
nsx "$ce" sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600 net.netfilter.nf_conntrack_checksum=0

# ports HOST: "NUMBER below 1024, NUMBER of port 0"
ports() {
	bound udp "$1" | awk '{ n++; low += $2 < 1024; zero += $2 == 0 } END { printf "%d: %d below 1024, %d zero", n, low, zero }'
}
snat "$lan" send udp $SRV4 80 1024 -p 20000
check "1024 flows" busywait 10000 entries 1024 -p udp
check_eq "none from below 1024" "$(ports $SRV4)" "1024: 0 below 1024, 0 zero"
snat "$lan" send udp $SRV4 80 1030 -p 30000
check "no other port is left" busywait 10000 entries 2047 -p udp
check_eq "those are next, but for port 0" "$(ports $SRV4)" "2047: 1023 below 1024, 0 zero"
check "what is more is dropped" counted "$ce" snat_exhausted 7
finish
