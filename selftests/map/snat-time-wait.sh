#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# When all ports are taken for a destination, connections that have been closed
# make room for new ones, those that are open never do.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80

check "200 connections that stay open" holds open "$lan" tcp $SRV4 80 200
check "40 more" holds closing "$lan" tcp $SRV4 80 40
release closing
states() {
	nsx "$ce" conntrack -L -p tcp 2>/dev/null | awk '{ n[$4]++ } END { print n["ESTABLISHED"], n["TIME_WAIT"] }'
}
closed() {
	[[ $(states) = "200 40" ]]
}
check "are closed" busywait 10000 closed
check_eq "and hold a port each" "$(count_of -p tcp)" 240

check "10 new ones find room" holds new "$lan" tcp $SRV4 80 10
check_own "in the port set" 10 0x34 outer new
check_eq "as many of the closed are gone" "$(states)" "210 30"
check_eq "none of those that are open" "$(nsx "$srv" ss -Htn state established sport = :80 | grep -c '^')" 210
finish
