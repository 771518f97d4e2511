#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# Namespaces with live tunnels go away under traffic: that of a branch, which no
# other notices, and that of the center, which all find again when it is back.

. "$(dirname "$0")/branches.sh"

# ns_down NS: all at once, as when a container is killed. What its sockets have to
# say still gets out.
ns_down() {
	local pids
	pids=$(ip netns pids "$1")
	ip netns delete "$1"
	# shellcheck disable=SC2086 # a list
	kill -KILL $pids
}
# The other end of its cable goes with it.
no_port() {
	not ip -n "$hub" link show "$1"
}
flood() {
	ip netns exec "$1" ping "${BUSY[@]}" 10.2.0.1 >/dev/null 2>&1 &
}
branch_up() {
	branch "$1" && charon_load "${BRANCH[$1]}"
}
waits() {
	is "$1" hq1 state waiting || is "$1" hq1 state connecting
}

hub_up
# One that has not come back in time is tried again.
CONNECTION=('dpd_delay = 1s' 'keyingtries = 0')
CHILD=('dpd_action = restart')
RETRANSMIT=("retransmit_timeout = $PATIENCE.0" 'retransmit_base = 1' 'retransmit_tries = 3')
center_up || { fail "the center"; finish; }
for n in 1 2 3; do
	branch_up $n || { fail "branch $n"; finish; }
done
check "three connections" slowwait 10 connections 3
check_eq "three tunnels" "$(each 1 3 initiate)" 0
check_eq "that work" "$(each 1 3 pings)" 0
for n in 1 2 3; do
	flood "${BRANCH[n]}"
done

ns_down "${BRANCH[3]}"
check_eq "one goes, the others go on" "$(each 1 2 pings)" 0
check "nothing is left of it" slowwait 20 no_port b3
branch_up 3 || { fail "branch 3"; finish; }
check_eq "it comes back" "$(each 3 3 initiate)" 0
check_eq "all work" "$(each 1 3 pings)" 0

ns_down "$west"
check "the center goes: a branch notices" slowwait 20 waits "${BRANCH[1]}"
check "and the others" slowwait 20 waits "${BRANCH[2]}"
check "nothing is left of it" slowwait 20 no_port center
center_up || { fail "the center"; finish; }
check "it is back: three connections" slowwait 20 connections 3
all_ping() {
	[[ $(each 1 3 pings) = 0 ]]
}
check "dead peer detection brings the tunnels back" slowwait 30 all_ping

for ns in "${BRANCH[@]}" "$west"; do
	ns_down "$ns"
done
check "all go under traffic, and the module" slowwait 60 modprobe -r ipsec_tcp
finish
