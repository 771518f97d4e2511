# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is measured. Each prints one number, larger is better.

# Mbit/s
measure_tcp() {
	iperf "$1" "$SRV4" -f m | awk '/receiver/ { print int($7) }'
}

# packets WAY COUNT SIZE LINE...: from lan to srv, as pktgen prints them
packets() {
	pktgen "$(ns "$1" lan)" "$(ns "$1" a)" "$(ns "$1" srv)" "$LAN4" "${@:2}" \
		"dst_min $SRV4" "dst_max $SRV4"
}

# flood WAY SIZE: packets that reach the server in a second
flood() {
	# shellcheck disable=SC2046 # two numbers
	rate $(packets "$1" 100000 "$2")
}

# pktgen counts the Ethernet header and not the checksum.
measure_flood() {
	flood "$1" $((14 + 28 + 1300))
}

measure_small() {
	flood "$1" $((14 + 28 + 64))
}

# steady WAY WHAT SIZE: at the rate that ESP in UDP carries, less what chance
# makes of that, how many of 1000 arrive
steady() {
	local n full
	full=$(median "$2-udp")
	read -r n _ < <(packets "$1" 100000 "$3" "ratep $((full * 9 / 10))")
	echo $((n / 100))
}

measure_steady() {
	steady "$1" flood $((14 + 28 + 1300))
}

measure_steady64() {
	steady "$1" small $((14 + 28 + 64))
}
