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

# Bytes of UDP that were sent within a twentieth of a second: more than the line
# carries in four seconds.
burst() {
	nsx "$east" python3 - <<-'PYTHON'
		import socket, time
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.bind(('10.1.0.1', 0))
		sock.setblocking(False)
		sock.setsockopt(socket.SOL_SOCKET, 32, 64 << 20)
		end = time.monotonic() + 0.05
		sent = 0
		while time.monotonic() < end or sent < 500000:
		    try:
		        sock.sendto(bytes(60000), ('10.2.0.1', 9))
		        sent += 60000
		    except BlockingIOError:
		        pass
		print(sent)
	PYTHON
}

check "a burst" test "$(burst)" -ge 500000
# One waits for what TCP has taken already, 128 KiB, and 64 KiB of memory.
check "a ping behind it has an answer within three seconds" \
	nsx "$east" ping -q -c1 -W3 -I 10.1.0.1 10.2.0.1
check "what was too old was dropped, and counted" test "$(counter "$east" tx_late)" -ge 5
check "another burst" test "$(burst)" -ge 500000
# Now the rate is known, and TCP takes less.
check "a ping behind it has an answer within two seconds" \
	nsx "$east" ping -q -c1 -W2 -I 10.1.0.1 10.2.0.1
check_eq "the connection is the same" "$(tool "$east" stats 1 conn_opened)" 1
finish
