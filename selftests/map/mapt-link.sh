#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Settings of mode map-t by "ip link ... type map" and by "mapctl dev": defaults,
# those that it has besides, and what is refused.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
load_map
ip link add wan type veth peer name wan-peer
ip link set wan mtu 1492 up
ip link set wan-peer up
ip addr add 192.0.2.99/24 dev wan

ce="mode map-t prefix 2001:db8:12:3400::/56"
t='hoplimit inherit tclass inherit .*tos inherit udp-zero-checksum compute lowest-ipv6-mtu 1280'
# shellcheck disable=SC2086 # words
{
check "a CE by ip" ip link add m0 type map $ce link wan
check_match "its defaults" "$t" ip -d link show m0
check_match "the same by mapctl" "$t" mapctl dev show m0
check_match "the MTU is that of the link" "mtu 1492" ip link show m0
check "a BR by mapctl" mapctl dev add m1 mode map-t role br
check_match "its defaults" "$t" mapctl dev show m1
check "all settings" ip link add m2 type map $ce tos 184 \
	udp-zero-checksum drop lowest-ipv6-mtu 1400 icmp-source 203.0.113.1 \
	tclass 0
}
all='tclass 0 .*tos 184 udp-zero-checksum drop lowest-ipv6-mtu 1400 icmp-source 203.0.113.1'
check_match "are shown by ip" "$all" ip -d link show m2
check_match "and by mapctl" "$all" mapctl dev show m2
check_match "and in JSON" '"tos":184,"udp_zero_checksum":"drop","lowest_ipv6_mtu":1400,"icmp_source":"203.0.113.1"' \
	mapctl -j dev show m2
check "and can be changed" mapctl dev set m2 tos inherit udp-zero-checksum compute \
	lowest-ipv6-mtu 65535 icmp-source none tclass inherit
check_match "to others" "tclass inherit .*tos inherit udp-zero-checksum compute lowest-ipv6-mtu 65535" \
	ip -d link show m2
check_fails "with no icmp-source" sh -c 'ip -d link show m2 | grep -q icmp-source'

# refuse REGEX WORDS: for a new device, by both
refuse() {
	local why=$1
	shift
	check_refused "ip refuses: $*" "$why" ip link add m9 type map "$@"
	check_refused "mapctl refuses: $*" "$why" mapctl dev add m9 "$@"
}

# shellcheck disable=SC2086
{
refuse 'local is for a BR and for ipip' $ce local 2001:db8::1
refuse 'local is for a BR and for ipip' mode map-t role br local 2001:db8::1
refuse 'remote is for ipip' $ce remote 2001:db8::1
refuse 'hoplimit cannot be set in mode map-t' $ce hoplimit 64
refuse 'fragment outer is for a tunnel' $ce fragment outer
refuse 'tos must be 0 to 255, or inherit' $ce tos 256
refuse 'udp-zero-checksum must be compute or drop' $ce udp-zero-checksum pass
refuse 'lowest-ipv6-mtu must be 1280 to 65535' $ce lowest-ipv6-mtu 1279
refuse 'icmp-source must be an IPv4 address' $ce icmp-source 2001:db8::1
for bad in 127.0.0.1 224.0.0.1 255.255.255.255 0.0.0.1 192.0.2.99; do
	refuse 'icmp-source is no unicast IPv4 address, or one of this machine' $ce icmp-source $bad
done
for mode in map-e "ipip local 2001:db8::1 remote 2001:db8::2"; do
	refuse 'tos is for mode map-t' mode $mode tos 0
	refuse 'udp-zero-checksum is for mode map-t' mode $mode udp-zero-checksum drop
	refuse 'lowest-ipv6-mtu is for mode map-t' mode $mode lowest-ipv6-mtu 1280
	refuse 'icmp-source is for mode map-t' mode $mode icmp-source 203.0.113.1
done
}
check_fails "no device came of all that" ip link show m9
finish
