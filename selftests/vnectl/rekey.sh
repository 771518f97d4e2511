#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Rekeying under traffic, of both SAs, begun by both ends: nothing is lost, and
# no kernel counts an error.

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping iperf3

# Errors that IPsec, or the transport, has counted
errors() {
	local ns
	for ns in "$east" "$west"; do
		nsx "$ns" awk '$2 { print $1, $2 }' /proc/net/xfrm_stat
		vnectl -n "$ns" -s -j ipsec show | python3 -c '
import json, sys
for peer in json.load(sys.stdin):
    for name, value in peer["stats"].items():
        if value and name not in sys.argv[1:]:
            print(name, value)' tx_ike tx_esp tx_bytes tx_sends tx_keepalive \
			rx_ike rx_esp rx_bytes rx_keepalive conn_opened
	done
}
# esp NS: the SPIs that it knows
esp() {
	ip -n "$1" xfrm state | awk '/proto esp/ { print $4 }' | sort
}
alone() {
	[[ $(esp "$1" | wc -l) = 2 && $(esp "$1") != "$2" ]]
}

# sent NS: bytes
sent() {
	vnectl -n "$1" -s -j ipsec show | sed -n 's/.*"tx_bytes":\([0-9]*\).*/\1/p'
}
more_bytes() {
	[[ $(sent "$1") -gt $2 ]]
}

# echoes: sequence numbers of the answers
echoes() {
	sed -n 's/.* icmp_seq=\([0-9]*\) .*/\1/p' "$WORK/pings"
}
echo_after() {
	[[ $(echoes | tail -n1) -gt $1 ]]
}
# lost: numbers without an answer. The last ones may be under way.
lost() {
	echoes | sort -n | awk '{ while (++n < $1) print n }'
}

# As much as a slow machine can carry, too: what is more is dropped, and counted.
ROUNDS=2 RATE=20M
[[ $PATIENCE = 1 ]] || ROUNDS=1 RATE=1M

topo_up
block_udp
no_plaintext
clients_up 0.0.0.0/0
hq_up $WEST4
# Old SAs stay for what is under way.
CHARON_LINES=('delete_rekeyed_delay = 2')
charons_up
check "the originator connects" busywait 5000 is "$east" hq state open
check "IKE establishes" swan "$east" --initiate --child net --timeout $((20 * PATIENCE)) || logs
nsx "$west" iperf3 -s >/dev/null 2>&1 &
wait_listen "$west" tcp 5201
first=$(esp "$east")

nsx "$east" iperf3 -c 10.2.0.1 -B 10.1.0.1 -b $RATE -t 300 --bidir >"$WORK/load" 2>&1 &
load=$!
ip netns exec "$east" ping -n -i 0.02 -I 10.1.0.1 10.2.0.1 >"$WORK/pings" 2>&1 &
ping=$!
for ((round = 1; round <= ROUNDS; round++)); do
	for ns in "$east" "$west"; do
		before=$(esp "$east")
		check "round $round: the ESP SA is rekeyed" swan "$ns" --rekey --child net
		check "round $round: the old one goes" slowwait 20 alone "$east" "$before"
		check "round $round: at the other end, too" slowwait 20 alone "$west" "$before"
		check "round $round: the IKE SA is rekeyed" swan "$ns" --rekey --ike hq
	done
done
bytes=$(sent "$east")
check "the TCP connection through the tunnel goes on" slowwait 5 more_bytes "$east" $((bytes + 1000000)) &&
	kill -0 $load
check "echoes are answered to the end" slowwait 10 echo_after "$(echoes | tail -n1)"
kill -INT $ping
wait $ping
check_eq "no echo was lost" "$(lost)" ""
kill $load
wait $load
check_eq "no error has been counted" "$(errors)" ""
check_eq "it is still the first connection" "$(shown "$east")" "1 1"
check "and other SAs" test "$(esp "$east")" != "$first"
finish
