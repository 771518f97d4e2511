#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# DS-Lite (RFC 6333), as transix has it: the AFTR by its name, the kernel's
# ip6tnl and NAT44 there. The name is looked up again when it failed.

. "$(dirname "$0")/isp.sh"

need_cmd nft
isp_up
br_aftr $WAN6
before=$(what_is_there)
conf <<-CONF
	time-scale = 600
	vne "vne0" {
		interface = wan
		mode = ds-lite
		br = aftr.test
		dns-server = { $VNE6 }
	}
CONF
vne_up
check_state vne0 no-prefix "it waits for an address"
wan_ra wan 1 $PREFIX64
check_state vne0 failed "without a DNS server there is no AFTR"
check_eq "and why" "$(show vne0 .reason)" AFTR_DNS_FAIL
check_eq "nothing is set up yet" "$(what_is_there)" "$before"
dns_up "$vne" --host-record=aftr.test,$BR6_2
check_up vne0 "the name is found later"
check_traffic "DS-Lite"
check_eq "the server sees the AFTR" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" 198.51.100.1
check_match "the B4's address (RFC 6333, 5.7)" 192.0.0.2/29 ip -n "$ce" -4 addr show dev vne0
check_eq "map_type" "$(show vne0 .map_type)" ds-lite
check_no_drops "nothing dropped at the CE" "$ce" vne0
check "down" vnectl -n "$ce" down vne0
check_eq "down leaves nothing" "$(what_is_there)" "$before"
check "the WAN's own address stays" pings "$ce" $VNE6
finish
