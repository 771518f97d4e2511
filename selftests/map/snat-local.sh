#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# What the CE itself sends is bound by the port set as well: whatever port a
# program of its own has, whichever of its addresses, and all of the set.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80

for proto in tcp udp icmp; do
	check "$proto: 240 connections from the CE" holds $proto "$ce" $proto $SRV4 80 240
	check_own "$proto: they use the whole port set" 240 0x34 bound $proto $SRV4
done
check "from its LAN address" holds lanaddr "$ce" udp $SRV4_2 80 1 -b 10.0.0.1
check_own "by its own address and port" 1 0x34 outer lanaddr
check "from a port of the set" holds kept "$ce" tcp $SRV4_2 80 1 -b $CE4 -p $PORT
check_eq "which is kept" "$(outer kept)" "$CE4 $PORT"

# The LAN shares the set with the CE.
check "the LAN has a connection to another server" holds lan "$lan" udp $SRV4_2 80 1 -p $PORT_2
check_own "in the same set" 1 0x34 outer lan
counter_now snat_exhausted
snat "$lan" send udp $SRV4 80 1 -p 31000
counter_more "nothing is left where the CE has it all" snat_exhausted 1
finish
