#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# MAP-T (RFC 7599) with a rule from vne.conf, on a WAN that only announces a
# /64: the router there looks for the CE's address (neighbour proxy).

MODE=map-t DMR=64:ff9b::/96
. "$(dirname "$0")/isp.sh"

isp_up
br_map
before=$(what_is_there)
conf <<-CONF
	vne "vne0" {
		interface = wan
		mode = map-t
		dmr = $DMR
		rule = { "$RULE" }
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
check_traffic "MAP-T"
who=$(fetch "$pc" $SRV4:8080/who)
check "the server sees address and ports of the CE: $who" is_own "$who" $CE4 0x34
check_eq "map_type" "$(show vne0 .map_type)" map-t
check_eq "DMR" "$(show vne0 .DMR)" $DMR
check_no_drops "nothing dropped at the CE" "$ce" vne0

check "down" vnectl -n "$ce" down vne0
check_eq "down leaves nothing" "$(what_is_there)" "$before"
check "up" vnectl -n "$ce" up vne0
check_up vne0 "it comes up again"

# Without the proxy the router does not find it.
sed -i 's/^}/ndp-proxy = no }/' "$CONF"
check "reload" vnectl -n "$ce" reload
no_proxy() {
	[[ ! $(ip -n "$ce" -6 neigh show proxy) ]]
}
check "ndp-proxy = no" busywait 5000 no_proxy
ip -n "$core" neigh flush dev ce1
check "nobody answers for the address" not pings "$pc" $SRV4
finish
