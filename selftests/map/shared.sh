#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two CEs use one IPv4 address at the same time, each its own ports; hosts with
# the same private address and the same source port behind both.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
topo_ce2
serve "$srv" 8080

# Both at once: each transfers while the other does.
background download "$lan2" $SRV4:8080 3000000
check "download behind the first CE" download "$lan" $SRV4:8080 3000000
check_background "download behind the second CE"

for n in 1 2 3; do
	who=$(fetch "$lan" $SRV4:8080/who --local-port 40000-40009)
	check "TCP of the first: $who" is_own "$who" $CE4 0x34
	who=$(fetch "$lan2" $SRV4:8080/who --local-port 40000-40009)
	check "TCP of the second: $who" is_own "$who" $CE4 0x35
done
who=$(udp "$lan" $SRV4 8080 -p 40000)
check "UDP of the first: $who" is_own "$who" $CE4 0x34
who=$(udp "$lan2" $SRV4 8080 -p 40000)
check "UDP of the second: $who" is_own "$who" $CE4 0x35
# ping takes the identifier that it is told.
background pings "$lan" $SRV4 -e 7 -c4
check "ping behind the second, by the same identifier" pings "$lan2" $SRV4 -e 7
check_background "ping behind the first"

check_no_drops "nothing dropped at the first CE" "$ce"
check_no_drops "nothing dropped at the second CE" "$ce2"
check_no_drops "nothing dropped at the BR" "$br"
finish
