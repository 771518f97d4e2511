#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# MAP-T: source NAT uses the whole port set, as it does with MAP-E (RFC 7599,
# section 11), for TCP, UDP and ICMP identifiers, and drops what is more.

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80

for proto in udp tcp icmp; do
	port=80
	check "240 $proto connections" holds "$proto" "$lan" "$proto" $SRV4 $port 240
	check_own "$proto: all of the port set" 240 0x34 bound "$proto" $SRV4
	counter_now snat_exhausted
	# Without a port there is no answer, however long one waits.
	HOLD_TIME=2 check_fails "the 241st has no port" holds more "$lan" "$proto" $SRV4 $port 1
	check "which is counted" counted "$ce" snat_exhausted $((COUNTED[snat_exhausted] + 1))
	check "there is one for another address" holds other "$lan" "$proto" $SRV4_2 $port 1
	check_own "$proto: it is of the port set" 1 0x34 bound "$proto" $SRV4_2
	release other
done
check_eq "nothing else is dropped" "$(drops "$ce" | sed 's/snat_exhausted: [0-9]* *//')" ""
check_no_drops "nothing dropped at the BR" "$br"
finish
