#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
#
# The daemon is killed and started again under traffic: connections live on. What
# differs then is changed, what is not wanted any more is taken away.

. "$(dirname "$0")/isp.sh"

isp_up
br_map
before=$(what_is_there)
line_map_e

index() {
	ip -n "$ce" -o link show vne0 | cut -d: -f1
}

is=$(index) there=$(what_is_there)
hold
vne_kill
check "without a daemon there is traffic" pings "$pc" $SRV4
vne_up
check_up vne0 "it is up after the start"
held "killed"
check_eq "the device is the same one" "$(index)" "$is"
check_eq "and all else" "$(what_is_there)" "$there"

hold
check "reload of the same file" vnectl -n "$ce" reload
sed -i 's/^}/mtu = 1400 snat-reserve = "5000" }/' "$CONF"
check "reload with another MTU" vnectl -n "$ce" reload
has_mtu() {
	shows vne0 .mtu "$1"
}
comes "the MTU is changed" has_mtu 1400
check_up vne0 "it is up"
held "settings changed"
check_eq "in place" "$(index)" "$is"

hold
check "renew" vnectl -n "$ce" renew vne0
vne_down
vne_up
check_up vne0
held "ended in order"

# While it is away, somebody makes a mess, and the prefix is another one.
vne_kill
ip -n "$ce" route del default dev vne0
ip -n "$ce" addr flush dev vne0
vne_up
check_up vne0 "what somebody took away"
comes "is there again" pings "$pc" $SRV4
check_eq "all of it" "$(what_is_there)" "$there"
vne_kill
wan_ra wan 1 $PREFIX64_NEW
gone() {
	[[ ! $(ip -n "$ce" -6 -o addr show to $PREFIX64 dev wan -deprecated) ]]
}
busywait 5000 gone
vne_up
has_address() {
	shows vne0 .map_ipv4_addr $CE4_NEW && is_up vne0
}
comes "renumbered while it was away: it follows" has_address
check_traffic "after that"
check_eq "of the old one nothing is left" "$(ip -n "$ce" -6 -o addr show to $CE6)" ""

vne_kill
conf <<-CONF
	vne "vne1" {
		interface = wan
		br = $BR6
		rule = { "$RULE" }
	}
CONF
vne_up
check_up vne1 "another name while it was away"
check_eq "the old device is gone" "$(devices)" vne1
check_traffic "after that"
vne_kill
: >"$CONF"
vne_up
comes "not in the file any more: nothing is left" nothing_there
check_eq "at all" "$(what_is_there)" "$before"
finish
