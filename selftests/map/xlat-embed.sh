#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 6052, section 2: IPv4-embedded IPv6 addresses by a Default Mapping Rule of
# each prefix length, with the examples of section 2.4; what is no such length
# is refused.

. "$(dirname "$0")/xlat.sh"

# dmr PREFIX
dmr() {
	mapctl -n "$node" rule flush dev map0
	ip -n "$node" -6 route flush dev map0
	# In a domain of its own: these prefixes are in 2001:db8::/32.
	check "a rule" mapctl -n "$node" rule add dev map0 fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8
	check "DMR $1" mapctl -n "$node" rule add dev map0 dmr "$1"
	check "a route for it" ip -n "$node" -6 route add "$1" dev map0
}

xlat_cables 198.51.100.1/24
export role=br host=full
xlat_br_up || { fail "the border relay is set up"; finish; }
# The examples' address is no CE's here.
ip -n "$node" route del 192.0.2.0/24 dev map0
ip -n "$node" -6 addr flush dev wan scope global
ip -n "$node" -6 addr add 2001:dbf:f:ff::2/64 dev wan
ip -n "$node" neigh replace 2001:dbf:f:ff::1 lladdr "$(mac_of "$net" v6)" dev wan nud permanent
ip -n "$node" -6 route replace default via 2001:dbf:f:ff::1
for DMR in 2001:db8::/32 2001:db8:100::/40 2001:db8:122::/48 2001:db8:122:300::/56 2001:db8:122:344::/64 \
	2001:db8:122:344::/96; do
	dmr "$DMR"
	DMR=$DMR packets xlat_embed.py
done
dmr 64:ff9b::/96
DMR=64:ff9b::/96 packets xlat_embed.py well-known

mapctl -n "$node" rule flush dev map0
for len in 0 16 31 33 39 41 47 49 55 57 63 65 72 80 88 95 97 104 112 127 128; do
	check_refused "RFC 6052, 2.2: a DMR of /$len is refused" 'dmr|DMR|length|prefix|address' \
		mapctl -n "$node" rule add dev map0 dmr "::/$len"
done
check_refused "RFC 6052, 2.2 MUST: bits 64 to 71 of a /96 are zero" 'dmr|DMR|64|zero|bits|prefix' \
	mapctl -n "$node" rule add dev map0 dmr 2001:db8:122:344:100::/96
finish
