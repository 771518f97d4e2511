#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP echo from the LAN and from the CE itself; on the wire the identifier is
# one of the port set (RFC 7597, section 8.2: "the NAT44 in the MAP CE MUST
# rewrite this field to a specific value assigned from the port set").

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

ids() {
	captured srv | sed -n 's/.*192.0.2.18 > .*echo request, id \([0-9]*\),.*/\1/p' | sort -u
}

topo_up
capture srv "$srv" eth0 icmp
check "LAN host pings the server" pings "$lan" $SRV4
check "with full-size packets" pings "$lan" $SRV4 -M "do" -s $((1460 - 28))
check "CE pings the server" pings "$ce" $SRV4
check "the server sees all of them" busywait 2000 saw_n 6 srv 'icmp[0] == 8 and src host 192.0.2.18'
check_eq "and no other source" "$(captured_count srv 'icmp[0] == 8 and not src host 192.0.2.18')" 0

for id in $(ids); do
	check "identifier $id is of the port set" port_in_set "$id" 0x34
done
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
