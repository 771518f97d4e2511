#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# The links between CE and BR change their MTU with all up: jumbo frames, then
# the least that IPv6 has. The devices follow, and TCP, UDP and full-size
# packets pass each time.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

links() {
	ip -n "$ce" link set wan mtu "$1"
	ip -n "$br" link set wan mtu "$1"
	ip -n "$core" link set ce1 mtu "$1"
	ip -n "$core" link set tobr mtu "$1"
	# A BR is not told which of its links counts.
	ip -n "$br" link set map0 mtu $(($1 - 40))
}

topo_up
for end in "$lan eth0" "$ce lan" "$br out" "$srv eth0"; do
	# shellcheck disable=SC2086 # two words
	set -- $end
	ip -n "$1" link set "$2" mtu 9000
done
nsx "$lan" sysctl -qw net.ipv4.tcp_ecn=1
serve "$srv" 8080

for mtu in 9000 1280 1500; do
	links $mtu
	check_match "$mtu: the CE's device follows" "mtu $mtu " ip -n "$ce" link show map0
	check "$mtu: $((mtu - 40)) bytes pass" ping_df "$lan" $((mtu - 40))
	check_fails "$mtu: one more does not" ping_df "$lan" $((mtu - 39))
	check "$mtu: download" download "$lan" $SRV4:8080 1000000
	check "$mtu: upload" upload "$lan" $SRV4:8080 1000000
	check "$mtu: UDP of 20000 bytes up" udp_sum "$lan" $SRV4 8080 -s 20000
	check "$mtu: UDP of 20000 bytes down" udp "$lan" $SRV4 8080 -s 20000
done
finish
