#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP and UDP through the shared address: the server sees the CE's address and
# a port of its set (RFC 7597, section 8: packets "MUST contain the source IPv4
# address and source transport identifiers specified by the MAP provisioning
# parameters").

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080

for port in 0 1024 "$PORT" 60000; do
	who=$(fetch "$lan" $SRV4:8080/who --local-port "$port")
	check "TCP from port $port: $who" is_own "$who" $CE4 0x34
	who=$(udp "$lan" $SRV4 8080 -p "$port")
	check "UDP from port $port: $who" is_own "$who" $CE4 0x34
done
who=$(fetch "$ce" $SRV4:8080/who)
check "TCP from the CE itself: $who" is_own "$who" $CE4 0x34
who=$(udp "$ce" $SRV4 8080)
check "UDP from the CE itself: $who" is_own "$who" $CE4 0x34

check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
