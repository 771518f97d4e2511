#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# TCP in TCP does not melt down: with a delay of 50 ms and 1 % of loss on the
# way (RFC 9329, section 9.1), what is inside gets at least half of what TCP
# gets there by itself. Medians, for loss is a matter of chance.

. "$(dirname "$0")/topo.sh"
need_cmd iperf3 ping tc

ROUNDS=5

# bits a second, of a few seconds
speed() {
	nsx "$east" timeout $((20 * PATIENCE)) iperf3 -J -O 1 -t 4 "$@" |
		sed -n '/"sum_received"/,/}/s/.*"bits_per_second":[^0-9]*\([0-9]*\).*/\1/p'
}

middle() {
	printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

tunnel_up
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
for ns in "$east" "$west"; do
	check "a bad way" tc -n "$ns" qdisc add dev outer root netem delay 25ms loss 1% limit 10000
	nsx "$ns" sysctl -qw net.ipv4.tcp_no_metrics_save=1
done

plain=() inside=()
for ((round = 0; round < ROUNDS; round++)); do
	plain+=("$(speed -c $WEST4 -B $EAST4)")
	inside+=("$(speed -c 10.2.0.1 -B 10.1.0.1)")
done
echo "# kbit/s: plain ${plain[*]/%???/}, inside ${inside[*]/%???/}"
p=$(middle "${plain[@]}") i=$(middle "${inside[@]}")
check "plain TCP gets through" test "$p" -gt 100000
check "TCP inside: at least half of it" test $((i * 2)) -ge "$p"
check "a ping takes no more than two seconds then" nsx "$east" ping -q -c3 -W2 -I 10.1.0.1 10.2.0.1
check_eq "the connection is the same" "$(tool "$east" stats 1 conn_opened)" 1

# Each program may fill its send buffer, and no more; many of them together
# fill the queue. What waits is little enough that others get through soon.
check "a flood of UDP" nsx "$east" timeout $((30 * PATIENCE)) \
	iperf3 -u -P 24 -b 4M -l 1300 -t 3 -c 10.2.0.1 -B 10.1.0.1
check "is dropped and counted" \
	test $(($(counter "$east" tx_queue_full) + $(counter "$east" tx_late))) -gt 0
check "and the way is free afterwards" busywait 20000 nsx "$east" ping -q -c1 -W2 -I 10.1.0.1 10.2.0.1
finish
