# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is measured. Each prints one number, larger is better.

# flood WAY COUNT LINE...: packets that reach the server in a second
flood() {
	# shellcheck disable=SC2046 # two numbers
	rate $(pktgen "$(ns "$1" lan)" "$(ns "$1" ce)" "$(ns "$1" srv)" \
		10.0.0.2 "$2" 128 "${@:3}")
}

measure_packets() {
	flood "$1" "$PACKETS" 'dst_min 198.51.100.2' 'dst_max 198.51.100.2' \
		'udp_src_min 5000' 'udp_src_max 5000'
}

# Nearly every packet is a connection of its own: a random source port to a
# random one of 131,072 addresses.
measure_connections() {
	flood "$1" "$CONNECTIONS" 'flag IPDST_RND' 'flag UDPSRC_RND' \
		'dst_min 198.18.0.1' 'dst_max 198.19.255.254' \
		'udp_src_min 1024' 'udp_src_max 65535'
	# The namespaces' connections are in one table.
	nsx "$(ns "$1" ce)" conntrack -F >/dev/null 2>&1
}

# tcp WAY ARG...: Mbit/s
tcp() {
	iperf "$1" 198.51.100.2 -f m "${@:2}" | awk '/receiver/ { print int($7) }'
}

measure_up() {
	tcp "$1"
}

measure_down() {
	tcp "$1" -R
}
