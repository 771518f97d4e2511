# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Floods of UDP packets that the kernel makes.

# What floods a host costs as little there as can be.
sink() {
	nsx "$1" nft -f - <<-NFT
		table netdev sink {
			chain in {
				type filter hook ingress device eth0 priority 0
				udp dport 9 drop
			}
		}
	NFT
}

rx_packets() {
	ip -n "$1" -s -j link show eth0 |
		sed 's/.*"rx":{"bytes":[0-9]*,"packets":\([0-9]*\).*/\1/'
}

# pktgen FROM GATEWAY TO SRC COUNT SIZE LINE...: flood from one namespace to
# another by the gateway's "inside". Prints how many packets arrived, and how
# many microseconds it took to send them.
pktgen() {
	local from=$1 to=$3 src=$4 count=$5 size=$6 mac before us
	mac=$(ip -n "$2" -j link show inside |
		sed 's/.*"address":"\([^"]*\)".*/\1/')
	shift 6
	before=$(rx_packets "$to")
	us=$(nsx "$from" bash -s "$mac" "$src" "$count" "$size" "$@" <<-'GUEST'
		pg() { echo "$2" >"/proc/net/pktgen/$1"; }
		mac=$1 src=$2 count=$3 size=$4
		shift 4
		pg kpktgend_0 rem_device_all
		pg kpktgend_0 'add_device eth0'
		pg eth0 "count $count"
		pg eth0 "pkt_size $size"
		pg eth0 'delay 0'
		pg eth0 'burst 1'
		pg eth0 "dst_mac $mac"
		pg eth0 "src_min $src"
		pg eth0 "src_max $src"
		pg eth0 'udp_dst_min 9'
		pg eth0 'udp_dst_max 9'
		for line; do
			pg eth0 "$line"
		done
		pg pgctrl start
		sed -n 's/.*OK: \([0-9]*\)(.*/\1/p' /proc/net/pktgen/eth0
	GUEST
	)
	echo $(($(rx_packets "$to") - before)) "$us"
}
