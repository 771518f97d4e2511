#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Another prefix, and with it another port set: bindings outside of it are
# forgotten soon, in both directions, and traffic goes on within it. A
# change that leaves the port set alone leaves the bindings alone.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

# bound UDP TCP: so many bindings are there
bound() {
	[[ $(count_of -p udp)/$(count_of -p tcp) = "$1/$2" ]]
}

snat_up
need_cmd nft
answers "$srv" 80
answers "$lan" 7000
nsx "$ce" nft -f - <<-NFT
	table ip t {
		chain pre {
			type nat hook prerouting priority dstnat;
			iifname map0 udp dport { 4930, 4946 } dnat to $LAN4:7000
		}
	}
NFT

check "20 connections" holds first "$lan" udp $SRV4 80 20
check "5 connections by TCP" holds tcp "$lan" tcp $SRV4 80 5
check "one from outside" holds in "$srv" udp $CE4 4930 1
check_eq "have bindings" "$(count_of -p udp)/$(count_of -p tcp)" 21/5

check "the MTU changes" mapctl -n "$ce" dev set map0 mss-clamp off
check_eq "bindings stay" "$(count_of -p udp)/$(count_of -p tcp)" 21/5

# The sources keep on sending, as real ones do.
ip -n "$core" -6 route add 2001:db8:12:3500::/56 via 2001:db8:f:1::2
ip -n "$ce" addr add "$CE6_2/128" dev lo
check "another prefix" mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3500::/56
check "bindings are forgotten" busywait 2000 bound 0 0

check "20 connections" holds second "$lan" udp $SRV4 80 20
check_own "are in the new port set" 20 0x35 outer second
check "one from outside" holds in2 "$srv" udp $CE4 4946 1

# A socket that has been there before the change: next packet, new port.
check "a source port of old" holds same "$lan" udp $SRV4_2 80 1 -p 4930
check_own "is in the new port set" 1 0x35 outer same

check "the rule goes" mapctl -n "$ce" rule flush dev map0
check "and with it all bindings" busywait 2000 bound 0 0
finish
