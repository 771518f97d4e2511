#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rules of the user that masquerade what leaves by the device, or give it a
# source of their own, do not take connections out of the port set.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd nft
snat_up
answers "$srv" 80

nsx "$ce" nft -f - <<-NFT
	table ip t {
		chain post {
			type nat hook postrouting priority srcnat
			oifname map0 meta l4proto udp masquerade
			oifname map0 meta l4proto tcp snat to $CE4:1024-65535
			oifname map0 masquerade
		}
	}
NFT
for proto in tcp udp icmp; do
	check "$proto: 240 connections" holds $proto "$lan" $proto $SRV4 80 240
	check_own "$proto: the whole port set, and only that" 240 0x34 bound $proto $SRV4
done
check_eq "nothing left with a foreign port" "$(counter "$ce" tx_foreign_source)" 0

# The user's rules are for the user's other interfaces.
setup_ns other
veth "$ce" eth1 "$other" eth0
ip -n "$ce" addr add 172.16.0.1/24 dev eth1
ip -n "$other" addr add 172.16.0.2/24 dev eth0
answers "$other" 80
nsx "$ce" nft add rule ip t post oifname eth1 masquerade
check "by another interface" holds other "$lan" udp 172.16.0.2 80 1
check_match "the user's rule decides" "^172.16.0.1 " outer other
finish
