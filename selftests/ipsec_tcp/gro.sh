#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What comes out of the tunnel is merged by GRO, as on a network card (on veth it
# is off unless asked for): inner segments reach TCP as long ones.

. "$(dirname "$0")/topo.sh"
need_cmd iperf3 nstat ethtool
# There each packet takes so long that the next one is never there yet.
[[ ${KSFT_MACHINE_SLOW-} != yes ]] || skip "on a slow machine packets come one by one"

tunnel_up
nsx "$west" ethtool -K outer gro on
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201

received() {
	nsx "$west" nstat -asz "$1" | awk -v name="$1" '$1 == name { print $2 }'
}

# Packets that reach TCP or forwarding, less those outside.
merged() {
	local name=$1 counter=$2 packets esp
	shift 2
	packets=$(received "$counter")
	esp=$(counter "$west" rx_esp)
	check "$name: TCP" nsx "$east" timeout $((20 * PATIENCE)) iperf3 "$@" -n 4M
	packets=$(($(received "$counter") - packets))
	esp=$(($(counter "$west" rx_esp) - esp))
	echo "$esp ESP packets, $packets packets after GRO"
	check "$name: the segments came one by one" test $esp -gt 1000
	check "$name: and were merged" test $((packets * 2)) -lt $esp
}

merged IPv4 IpInReceives -c 10.2.0.1 -B 10.1.0.1
merged IPv6 Ip6InReceives -6 -c fd02::1 -B fd01::1
finish
