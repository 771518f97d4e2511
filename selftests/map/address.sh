#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Which IPv6 addresses a device can have: its own, and one that others can
# derive.

. "$(dirname "$0")/../lib/lib.sh"

need_root
load_map
setup_ns node
A=2001:db8:ffff::1

check "a BR has an address" mapctl -n "$node" dev add relay role br local "$A"
check_refused "a second BR cannot have it" "another map device" \
	mapctl -n "$node" dev add br2 role br local "$A"
check_refused "nor can an ipip device" "another map device" \
	mapctl -n "$node" dev add tnl mode ipip local "$A" remote 2001:db8:1::1
check "it is free again when the BR is gone" ip -n "$node" link del relay
check "two ipip devices share it" mapctl -n "$node" dev add tnl1 mode ipip \
	local "$A" remote 2001:db8:1::1
check "with different other ends" mapctl -n "$node" dev add tnl2 mode ipip \
	local "$A" remote 2001:db8:1::2
check_refused "not with the same" "another map device" \
	mapctl -n "$node" dev add tnl3 mode ipip local "$A" remote 2001:db8:1::2
check_refused "and not with a BR" "another map device" \
	mapctl -n "$node" dev add relay role br local "$A"

# RFC 7597, section 6: the prefix overwrites the interface identifier. What
# comes after the EA bits (here from bit 56 on) is not known to a BR.
check "a CE may have a prefix longer than /64" \
	mapctl -n "$node" dev add ce prefix 2001:db8:12:3400::/72
check "where the further bits are what others take them for" \
	mapctl -n "$node" rule add dev ce bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16
check_refused "not where they are others" "no BR can know" \
	mapctl -n "$node" dev set ce prefix 2001:db8:12:3400:ab00::/72
check_match "and the CE stays as it was" "2001:db8:12:3400:0:c000:212:34" \
	mapctl -n "$node" dev show ce
finish
