#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counters: ethtool -S, ip -s and mapctl agree, count the packets that there
# were, and a drop shows up under its name and in the sum.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd jq

by_ethtool() {
	nsx "$ce" ethtool -S map0 | awk -F'[: ]+' '/: [0-9]/ { print $2, $3 }' | sort
}

by_mapctl() {
	mapctl -j -s -n "$ce" stats map0 |
		jq -r '.[0] | (.stats // .) | to_entries[] | select(.value | type == "number") | "\(.key) \(.value)"' |
		grep -v '^ifindex' | sort
}

by_ip() {
	ip -j -s -n "$ce" link show map0 | jq ".[0].stats64.$1"
}

topo_up
serve "$srv" 8080
check "download" download "$lan" $SRV4:8080 100000
check_match "ethtool -i" 'driver: map' nsx "$ce" ethtool -i map0

check_eq "ethtool and mapctl know the same" "$(by_mapctl)" "$(by_ethtool)"
check_eq "packets sent, by ip" "$(by_ip tx.packets)" "$(counter "$ce" tx_packets)"
check_eq "bytes sent, by ip" "$(by_ip tx.bytes)" "$(counter "$ce" tx_bytes)"
check_eq "packets received, by ip" "$(by_ip rx.packets)" "$(counter "$ce" rx_packets)"
check_eq "bytes received, by ip" "$(by_ip rx.bytes)" "$(counter "$ce" rx_bytes)"

# Bytes are those of the IPv4 packet; ten echo requests, and their replies.
tx=$(counter "$ce" tx_packets) txb=$(counter "$ce" tx_bytes)
rx=$(counter "$ce" rx_packets) rxb=$(counter "$ce" rx_bytes)
nsx "$lan" ping -q -c10 -i0.05 -s72 $SRV4 >/dev/null
check_counter "ten packets more sent" "$ce" tx_packets $((tx + 10))
check_counter "ten packets more received" "$ce" rx_packets $((rx + 10))
check_eq "rx: a thousand bytes" $(($(counter "$ce" rx_bytes) - rxb)) 1000
txb=$(($(counter "$ce" tx_bytes) - txb))
echo "sent: $txb bytes"
check_eq "tx: a thousand bytes" "$txb" 1000

# A drop each way
check_eq "no drop so far" "$(by_ip tx.dropped) $(by_ip rx.dropped)" "0 0"
mapctl -n "$ce" rule del dev map0 dmr "$BR6"
nsx "$lan" ping -q -c1 -W1 $SRV4 >/dev/null
check_counter "no rule for it" "$ce" tx_no_rule 1
mapctl -n "$ce" rule add dev map0 dmr 2001:db8:ffff::2
nsx "$srv" ping -q -c1 -W1 -e "$PORT" $CE4 >/dev/null
check_counter "from no BR that is known" "$ce" rx_unknown_source 1
check_eq "in the sum" "$(by_ip tx.dropped) $(by_ip rx.dropped)" "1 1"
check_eq "ethtool and mapctl agree still" "$(by_mapctl)" "$(by_ethtool)"
finish
