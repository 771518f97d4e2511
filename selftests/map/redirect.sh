#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A BR that sends a packet back into the tunnel that it came from does not
# advise the CE of a better way, which there is not: no ICMP redirect leaves
# it, and one from elsewhere does not pass.

CE_RULE_OPTS=
. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_mesh
nsx "$br" sysctl -qw net.ipv4.conf.{all,default,map0}.send_redirects=1
serve "$ce2" "$PORT_2"
# An ICMP redirect in IPv4 in IPv6
capture br "$core" tobr 'ip6[6] == 4 and ip6[49] == 1 and ip6[60] == 5'
capture ce "$ce" map0 'icmp[0] == 5'

for n in 1 2 3; do
	check "request $n by the BR" fetch "$lan" $CE4_2:"$PORT_2"/who
done
check "its routing would have it otherwise" counted "$br" tx_redirect 1
check_eq "no redirect leaves the BR" "$(captured_count br)" 0
check_eq "none comes to the CE" "$(captured_count ce)" 0
finish
