#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Damaged packets of both families into both sides of a translator: nothing
# breaks, what comes out is well-formed, and each packet is either out or
# counted. XLAT_FUZZ_PACKETS says how many, FUZZ_SEED repeats a run.

. "$(dirname "$0")/xlat.sh"

: "${XLAT_FUZZ_PACKETS=20000}"

# What is incomplete does not speak up when it is over, and is soon forgotten.
quick_to_forget() {
	nsx "$node" sysctl -qw net.{ipv4.ipfrag,ipv6.ip6frag,map.{tx,rx}_frag}_time=1
}

fuzz() {
	quick_to_forget
	ip -n "$node" link set map0 up
	nsx "$node" tcpdump -i map0 -w /dev/null 2>/dev/null &
	packets xlat_fuzz.py $((XLAT_FUZZ_PACKETS / 2)) ${FUZZ_SEED-}
}

need_cmd nft
xlat_br
fuzz
# The other role beside it, in a node of its own.
CE_RULE_OPTS=fmr
xlat_ce
fuzz
finish
