#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# 464XLAT (RFC 6877): the CE is a CLAT with the address of RFC 7335; a stateless
# translator and NAT44 at the other end.

DMR=64:ff9b::/96
. "$(dirname "$0")/isp.sh"

need_cmd nft
isp_up
br_translator $PREFIX64
before=$(what_is_there)
conf <<-CONF
	vne "vne0" {
		interface = wan
		mode = 464xlat
		dmr = $DMR
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
check_traffic "464XLAT"
check_eq "the server sees the translator" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" 198.51.100.1
check_match "the CLAT's address (RFC 7335)" '192.0.0.1/32' ip -n "$ce" -4 addr show dev vne0
check_eq "map_type" "$(show vne0 .map_type)" 464xlat
check_no_drops "nothing dropped at the CLAT" "$ce" vne0
check "down" vnectl -n "$ce" down vne0
check_eq "down leaves nothing" "$(what_is_there)" "$before"
finish
