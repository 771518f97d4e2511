#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# There are no neighbours behind a tunnel, so no destination gets an entry in
# the kernel's one, bounded table of them: 3,000 destinations at once leave the
# table as it was, and each gets its packet.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

N=3000

flood() {
	nsx "$lan" /usr/bin/python3 - $N <<-'PYTHON'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for i in range(int(sys.argv[1])):
		    s.sendto(b"x", (f"198.18.{i >> 8}.{i & 255}", 9))
	PYTHON
}

entries() {
	ip -n "$1" -4 neigh show dev map0 nud all | wc -l
}

all_there() {
	saw_n $N srv
}

topo_up
ip -n "$br" route add 198.18.0.0/15 via $SRV4
nsx "$srv" sysctl -qw net.ipv4.icmp_ratelimit=0
capture srv "$srv" eth0 'dst net 198.18.0.0/15'
check "$N destinations" flood
check "each gets its packet" busywait 20000 all_there
check "at most one entry at the CE" [ "$(entries "$ce")" -le 1 ]
check "the tunnel is no broadcast medium" \
	grep -q POINTOPOINT <<<"$(ip -n "$ce" link show map0)"
check_no_drops "nothing dropped at the CE" "$ce"
finish
