#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Datagrams that are too long for the tunnel, from host to host through NAT, CE
# and border relay, both ways, with both kinds of fragments (RFC 7597, section
# 8.3), two CEs with one address at once.

. "$(dirname "$0")/packets.sh"

topo_up
topo_ce2

for how in inner outer; do
	for ns in "$ce" "$ce2" "$br"; do
		check "fragment $how" mapctl -n "$ns" dev set map0 fragment "$how"
	done
	# What it learned of the path by the other way.
	nsx "$lan" ip route flush cache
	nsx "$lan2" ip route flush cache
	check "8.3: ping with 4000 bytes, fragment $how" nsx "$lan" ping -c 3 -i 0.1 -W 5 -s 4000 "$SRV4"
	check "8.3: ping from the other CE" nsx "$lan2" ping -c 3 -i 0.1 -W 5 -s 4000 "$SRV4"
	packets fragments_nat.py "$how"
done
finish
