#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
#
# A line is renumbered under traffic: the announced prefix is another one, and the
# old one is taken back. Address and ports follow, nothing of the old is left.

. "$(dirname "$0")/isp.sh"

isp_up
br_map
conf <<-CONF
	vne "vne0" {
		interface = wan
		br = $BR6
		rule = { "$RULE fmr" }
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
background nsx "$pc" ping "${BUSY[@]}" $SRV4

has_address() {
	shows vne0 .map_ipv4_addr "$1" && is_up vne0
}
# renumbers PREFIX64 IPV4 IPV6 OLD-IPV6
renumbers() {
	local since=$EPOCHREALTIME
	wan_ra wan 1 "$1"
	comes "$1: the address follows" has_address "$2"
	comes "$1: traffic" pings "$pc" $SRV4
	echo "# $1: $(((${EPOCHREALTIME/[.,]/} - ${since/[.,]/}) / 1000)) ms"
	check "$1: download" download "$pc" $SRV4:8080 1000000
	who=$(fetch "$pc" $SRV4:8080/who)
	check_eq "$1: the server sees the new address" "${who% *}" "$2"
	check_eq "$1: the MAP address" "$(show vne0 .map_ipv6_addr)" "$3"
	check_eq "$1: of the old one nothing is left" "$(ip -n "$ce" -6 -o addr show to "$4")" ""
	check_eq "$1: one IPv4 address" "$(ip -n "$ce" -4 -o addr show dev vne0 | awk '{ print $4 }')" "$2/32"
}
before=$(show vne0 .mtu)
renumbers $PREFIX64_NEW $CE4_NEW $CE6_NEW $CE6
renumbers $PREFIX64 $CE4 $CE6 $CE6_NEW
renumbers $PREFIX64_NEW $CE4_NEW $CE6_NEW $CE6
check "the traffic in the background never ended" kill -0 "$BACKGROUND"
check_eq "the MTU is the same" "$(show vne0 .mtu)" "$before"
for name in rx_spoofed_address rx_spoofed_port; do
	check_eq "the BR saw no $name" "$(counter "$br" $name)" 0
done

# A prefix that no rule is for: an error, and nothing is up.
wan_ra wan 1 2001:db9:1:1::/64
comes "a prefix without a rule: nothing is up" nothing_there
check_eq "the reason is netifd's word" "$(show vne0 .reason)" NO_MATCHING_PD
renumbers $PREFIX64 $CE4 $CE6 $CE6_NEW

# None at all.
ip -n "$core" addr flush dev ce1 scope global
ra_up "$core" ce1 $PREFIX64,0,0
comes "no prefix any more: nothing is up" nothing_there
check_state vne0 no-prefix "it waits for one"
unset 'RA_PREFIX[1]'
renumbers $PREFIX64_NEW $CE4_NEW $CE6_NEW $CE6
kill "$BACKGROUND"
finish
