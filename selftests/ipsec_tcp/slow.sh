#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# A burst into a slow line does not become seconds of delay, and does not lock
# out what comes after it: what waits too long is dropped, the oldest first.

. "$(dirname "$0")/topo.sh"
need_cmd ping tc

tunnel_up
check "a line of 1 Mbit/s" tc -n "$east" qdisc add dev outer root netem rate 1mbit limit 1000

# Bytes of UDP that were sent as fast as it goes: more than the line carries in
# twelve seconds, and less than the queue may hold.
readonly BURST=1500000
burst() {
	nsx "$east" python3 - <<-PYTHON
		import socket
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.bind(('10.1.0.1', 0))
		sock.setsockopt(socket.SOL_SOCKET, 32, 64 << 20)
		sent = 0
		while sent < $BURST:
		    sent += sock.sendto(bytes(60000), ('10.2.0.1', 9))
		print(sent)
	PYTHON
}

# The age of what waits is bounded, but for the last 64 KiB of memory. Before it
# leave what TCP has taken, at most 128 KiB, and what is in the queue of the
# line, as much as congestion control allows. A single ping may meet a queue that
# is full for a moment: one of several counts. Had nothing been dropped, all of
# them would wait for the burst.
answered() {
	nsx "$east" ping -q -c1 -w6 -i0.2 -I 10.1.0.1 10.2.0.1
}

check "a burst" test "$(burst)" -ge $BURST
check "of pings behind it one has an answer within six seconds" answered
check "what was too old was dropped, and counted" test "$(counter "$east" tx_late)" -ge 5
check "another burst" test "$(burst)" -ge $BURST
check "of pings behind it one has an answer within six seconds" answered
check_eq "the connection is the same" "$(tool "$east" stats 1 conn_opened)" 1
finish
