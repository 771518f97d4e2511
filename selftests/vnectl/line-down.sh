#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# "vnectl down" without a daemon: what the last one set up is taken away, as the
# removal of the package needs it.

. "$(dirname "$0")/isp.sh"

isp_up
br_map
before=$(what_is_there)
line_map_e
check "the daemon is killed" vne_kill

check_refused "no other line is taken for it" "no line \"vne1\" is up" \
	vnectl -n "$ce" down vne1
check "without a daemon there is traffic" pings "$pc" $SRV4
check "down without a daemon" vnectl -n "$ce" down vne0
check_eq "all is as it was before" "$(what_is_there)" "$before"
check "down again, of all" vnectl -n "$ce" down

vne_up
check_up vne0 "a daemon brings it up again"
check "the daemon is killed" vne_kill
check "down, of all, without a daemon" vnectl -n "$ce" down
check_eq "all is as it was before" "$(what_is_there)" "$before"
finish
