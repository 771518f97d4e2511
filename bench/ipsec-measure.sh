# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is measured. Each prints one number, larger is better.

# iperf WAY ARG...: its report
iperf() {
	local way=$1 srv
	srv=$(ns "$way" srv)
	shift
	nsx "$srv" iperf3 -s -1 -D -p 5201 >/dev/null
	wait_listen "$srv" tcp 5201
	nsx "$(ns "$way" lan)" iperf3 -c "$SRV4" -p 5201 -t "$SECONDS_TCP" -J "$@"
}

# of EXPRESSION: of the report's end, rounded
of() {
	python3 -c "
import json, sys
end = json.load(sys.stdin)['end']
print(round($1))"
}

# Mbit/s
measure_tcp() {
	iperf "$1" -Z -l 1M | of "end['sum_received']['bits_per_second'] / 1e6"
}

# flood WAY COUNT SIZE LINE...: packets that reach the server in a second
flood() {
	local way=$1 n us
	shift
	read -r n us < <(pktgen "$(ns "$way" lan)" "$(ns "$way" a)" "$(ns "$way" srv)" \
		"$LAN4" "$@" "dst_min $SRV4" "dst_max $SRV4")
	echo $((n * 1000000 / us))
}

# pktgen counts the Ethernet header and not the checksum.
measure_flood() {
	flood "$1" 100000 $((14 + 28 + 1300))
}

measure_small() {
	flood "$1" 100000 $((14 + 28 + 64))
}

# steady WAY WHAT SIZE: at the rate that ESP in UDP carries, less what chance
# makes of that, how many of 1000 arrive
steady() {
	local n rate
	rate=$(median "$2-udp")
	read -r n _ < <(pktgen "$(ns "$1" lan)" "$(ns "$1" a)" "$(ns "$1" srv)" \
		"$LAN4" 100000 "$3" "dst_min $SRV4" "dst_max $SRV4" \
		"ratep $((rate * 9 / 10))")
	echo $((n / 100))
}

measure_steady() {
	steady "$1" flood $((14 + 28 + 1300))
}

measure_steady64() {
	steady "$1" small $((14 + 28 + 64))
}
