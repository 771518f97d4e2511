#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# MAP-E (RFC 7597) with rules from vne.conf: from a bare WAN to traffic, step by
# step; down takes all of it away, up brings it back.

. "$(dirname "$0")/isp.sh"

isp_up
br_map
before=$(what_is_there)
ip -n "$ce" link set wan down
conf <<-CONF
	vne "vne0" {
		interface = wan
		br = $BR6
		rule = { "$RULE", "ipv6 2001:db8:100::/40 ipv4 203.0.113.0/24 ea-len 16 psid-offset 4" }
	}
CONF
check "the file is right" vnectl check "$CONF"
vne_up
check_state vne0 no-link "without a link it waits for that"
check_match "and says so" 'vne0: no-link for [0-9]+ s, waits for the link' bash -c "vnectl -n $ce status || :"
ip -n "$ce" link set wan up
check_state vne0 no-prefix "without a prefix it waits for that"
check_eq "nothing is set up yet" "$(what_is_there)" "$before"

wan_ra wan 1 $PREFIX64
check_up vne0
check_traffic "MAP-E"
who=$(fetch "$pc" $SRV4:8080/who)
check "the server sees address and ports of the CE: $who" is_own "$who" $CE4 0x34
check_no_drops "nothing dropped at the CE" "$ce" vne0

# OpenSync's words, RFC 7597's values.
check_eq "map_type" "$(show vne0 .map_type)" map-e
check_eq "address" "$(show vne0 .map_ipv4_addr)" $CE4
check_eq "MAP address" "$(show vne0 .map_ipv6_addr)" $CE6
check_eq "PSID" "$(show vne0 '"\(.psid) \(.psid_len)"')" "52 8"
check_eq "BMR" "$(show vne0 '"\(.BMR_IPv6_prefix) \(.BMR_IPv4_prefix) \(.BMR_ea_len) \(.BMR_psid_offset)"')" \
	"2001:db8::/40 192.0.2.0/24 16 4"
check_eq "DMR" "$(show vne0 .DMR)" $BR6
check_eq "prefix" "$(show vne0 '.wan | "\(.end_user_prefix) \(.end_user_prefix_source)"')" "$PREFIX64 ra"
check_match "show in text" "tunnel ipv4 addr: $CE4, psid: 52 \(8 bits\)" vnectl -n "$ce" show vne0
check_match "status is a success" "vne0: up for" vnectl -n "$ce" status
check "the doctor finds nothing" vnectl -n "$ce" doctor vne0 to $SRV4

up=$(what_is_there)
check "up of what is up" vnectl -n "$ce" up vne0
check_eq "changes nothing" "$(what_is_there)" "$up"
check "down" vnectl -n "$ce" down vne0
check_eq "down leaves nothing" "$(what_is_there)" "$before"
check_eq "and says so" "$(show vne0 .state)" down
check "up" vnectl -n "$ce" up vne0
check_up vne0 "it comes up again"
check_eq "as it was" "$(what_is_there)" "$up"
check_traffic "again"
check "the end" vne_down
check "a daemon that ends leaves the line" pings "$pc" $SRV4
finish
