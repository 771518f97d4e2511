# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is measured. Each prints one number, larger is better.

rx_packets() {
	ip -n "$(ns "$1" srv)" -s -j link show eth0 |
		sed 's/.*"rx":{"bytes":[0-9]*,"packets":\([0-9]*\).*/\1/'
}

# pktgen WAY COUNT LINE...: flood from the LAN, prints packets that reached the
# server in a second.
pktgen() {
	local way=$1 count=$2 lan mac before after us
	lan=$(ns "$way" lan)
	shift 2
	mac=$(ip -n "$(ns "$way" ce)" -j link show inside |
		sed 's/.*"address":"\([^"]*\)".*/\1/')
	before=$(rx_packets "$way")
	us=$(nsx "$lan" bash -s "$mac" "$count" "$@" <<-'GUEST'
		pg() { echo "$2" >"/proc/net/pktgen/$1"; }
		mac=$1 count=$2
		shift 2
		pg kpktgend_0 rem_device_all
		pg kpktgend_0 'add_device eth0'
		pg eth0 "count $count"
		pg eth0 'pkt_size 128'
		pg eth0 'delay 0'
		pg eth0 'burst 1'
		pg eth0 "dst_mac $mac"
		pg eth0 'src_min 10.0.0.2'
		pg eth0 'src_max 10.0.0.2'
		pg eth0 'udp_dst_min 9'
		pg eth0 'udp_dst_max 9'
		for line; do
			pg eth0 "$line"
		done
		pg pgctrl start
		sed -n 's/.*OK: \([0-9]*\)(.*/\1/p' /proc/net/pktgen/eth0
	GUEST
	)
	after=$(rx_packets "$way")
	echo $(((after - before) * 1000000 / us))
}

measure_packets() {
	pktgen "$1" "$PACKETS" 'dst_min 198.51.100.2' 'dst_max 198.51.100.2' \
		'udp_src_min 5000' 'udp_src_max 5000'
}

# Nearly every packet is a connection of its own: a random source port to a
# random one of 131,072 addresses.
measure_connections() {
	pktgen "$1" "$CONNECTIONS" 'flag IPDST_RND' 'flag UDPSRC_RND' \
		'dst_min 198.18.0.1' 'dst_max 198.19.255.254' \
		'udp_src_min 1024' 'udp_src_max 65535'
	# The namespaces' connections are in one table.
	nsx "$(ns "$1" ce)" conntrack -F >/dev/null 2>&1
}

# tcp WAY ARG...: Mbit/s
tcp() {
	local way=$1 srv
	srv=$(ns "$way" srv)
	shift
	nsx "$srv" iperf3 -s -1 -D -p 5201 >/dev/null
	wait_listen "$srv" tcp 5201
	nsx "$(ns "$way" lan)" iperf3 -c 198.51.100.2 -p 5201 -Z -l 1M -t "$SECONDS_TCP" \
		-f m "$@" | awk '/receiver/ { print int($7) }'
}

measure_up() {
	tcp "$1"
}

measure_down() {
	tcp "$1" -R
}
