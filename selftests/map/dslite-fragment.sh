#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mode ipip cuts the IPv6 packet unless told otherwise, at both ends of DS-Lite:
# "The inner IPv4 packet MUST NOT be fragmented. Fragmentation MUST happen after
# the encapsulation of the IPv6 packet" (RFC 6333, section 5.3; for the AFTR,
# section 6.3).

. "$(dirname "$0")/dslite.sh"

need_cmd jq
rig
check "B4" tunnel map "$ce" tun0 $B4_1 $AFTR
check "AFTR" mapctl -n "$br" dev add tun1 mode ipip role br local $AFTR remote $B4_1 up
ip -n "$ce" route replace default dev tun0
ip -n "$br" route replace 10.1.0.0/24 dev tun1
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
nsx "$srv" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
# The offset and "more fragments" of an IPv4 header behind 40 bytes of IPv6.
nsx "$core" nft -f - <<-NFT
table ip6 watch {
	counter up { }
	counter down { }
	counter inner { }
	chain forward {
		type filter hook forward priority 0
		ip6 saddr $B4_1 ip6 nexthdr 44 counter name up
		ip6 saddr $AFTR ip6 nexthdr 44 counter name down
		ip6 nexthdr 4 @nh,368,16 & 0x3fff != 0 counter name inner
	}
}
NFT

# packets COUNTER: since the last time
packets() {
	nsx "$core" nft -j reset counter ip6 watch "$1" | jq '.nftables[] | select(.counter) | .counter.packets'
}

# Three echoes each; 1460 bytes are the longest that fit 1500 with 40 in front.
for size in 1460 1461 1500; do
	fragments=$((size > 1460 ? 6 : 0))
	check "ping of $size bytes, no DF" nsx "$lan" ping -n -M dont -c 3 -i 0.2 -W 3 -s $((size - 28)) $SRV4
	check_eq "$size: IPv6 fragments up" "$(packets up)" $fragments
	check_eq "$size: and down" "$(packets down)" $fragments
	check_eq "$size: no IPv4 fragment in the tunnel" "$(packets inner)" 0
done
finish
