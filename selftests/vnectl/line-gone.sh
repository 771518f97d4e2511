#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# A device that somebody deleted while no daemon was there: undoing what is left
# of the line takes no routes that are by other devices.

DMR=64:ff9b::/96
. "$(dirname "$0")/isp.sh"

isp_up
conf <<-CONF
	vne "vne0" {
		interface = wan
		mode = 464xlat
		dmr = $DMR
		route-metric = 77
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
own=$(ip -n "$ce" -6 route show dev vne0 proto static | awk 'NR == 1 { print $1 }')
check "the own address is a route to the device ($own)" test "$own"
check "the daemon is killed" vne_kill
ip -n "$ce" link del vne0
ip -n "$ce" link add other type dummy
ip -n "$ce" link set other up
ip -n "$ce" route add default dev other metric 77 proto static
ip -n "$ce" -6 route add "$own" dev other proto static
conf <<-CONF
	time-scale = 1
CONF
vne_up
erased() {
	! compgen -G "/run/vne/*.applied" >/dev/null
}
check "what is left of the line is undone" busywait 10000 erased
check_match "a default route of another device stays" '^default dev other .*metric 77' \
	ip -n "$ce" route show default
check_match "and a route to what was the own address" "^${own%/128} " \
	ip -n "$ce" -6 route show dev other proto static
finish
