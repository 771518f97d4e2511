#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# One strongSwan with 16 others as clients: they come all at once, all SAs are
# rekeyed at once, and all connections end, and come back, at once.

. "$(dirname "$0")/branches.sh"

# A daemon takes more than a second to start in a guest.
CLIENTS=16
[[ $PATIENCE = 1 ]] || CLIENTS=4

ike_sas() {
	swan "$west" --list-sas --raw | grep -c 'state=ESTABLISHED'
}
# Rekeying leaves old ones for a while.
child_sas() {
	ip -n "$west" xfrm state | grep -c 'proto esp'
}
spis() {
	ip -n "$west" xfrm state | awk '/proto esp/ { print $4 }' | sort
}
settled() {
	[[ $(child_sas) = $((2 * CLIENTS)) && $(ike_sas) = "$CLIENTS" ]]
}

hub_up
CHARON_LINES+=('delete_rekeyed_delay = 1')
center_up || { fail "the center"; finish; }
for ((n = 1; n <= CLIENTS; n++)); do
	branch "$n" || { fail "client $n"; finish; }
done
check_eq "$CLIENTS daemons of their own" "$(each 1 $CLIENTS charon_load)" 0
check "$CLIENTS connections" slowwait 20 connections $CLIENTS
check_eq "all establish IKE at once" "$(each 1 $CLIENTS initiate)" 0 || tail "$WORK/$west.d/log"
check_eq "the center has them" "$(ike_sas) $(child_sas)" "$CLIENTS $((2 * CLIENTS))"
check_eq "all ping at once" "$(each 1 $CLIENTS pings)" 0

spis >"$WORK/before"
swan "$west" --rekey --child net >/dev/null
swan "$west" --rekey --ike hq >/dev/null
check "rekeying all at once" slowwait 30 settled
check_eq "no SA is left of before" "$(spis | comm -12 - "$WORK/before")" ""
check_eq "all ping" "$(each 1 $CLIENTS pings)" 0

check "all connections end" vnectl -n "$west" ipsec down clients
vnectl -n "$west" ipsec up clients
check "all come back" slowwait 30 connections $CLIENTS
check_eq "all ping" "$(each 1 $CLIENTS pings)" 0
check_eq "with the SAs that they had" "$(ike_sas)" $CLIENTS
finish
