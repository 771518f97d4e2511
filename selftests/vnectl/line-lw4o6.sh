#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Lightweight 4over6 (RFC 7596): a binding of an address and ports to the line's
# prefix, from vne.conf. The lwAFTR is our BR with a rule of no EA bits.

. "$(dirname "$0")/isp.sh"
OWN4=203.0.113.16
# RFC 7597, section 6: address and PSID in the identifier.
OWN6=2001:db8:12:3400:0:cb00:7110:3
OFFSET=6

isp_up
mapctl -n "$br" dev add map0 mode map-e role br local $BR6 &&
mapctl -n "$br" rule add dev map0 fmr ipv6 $PREFIX64 ipv4 $OWN4/32 ea-len 0 psid-offset 6 psid 3 psid-len 8 &&
ip -n "$br" link set map0 up &&
ip -n "$br" route add $OWN4/32 dev map0 || { fail "the lwAFTR is set up"; finish; }
before=$(what_is_there)
dns_up "$vne" --host-record=lwaftr.test,$BR6
conf <<-CONF
	vne "vne0" {
		interface = wan
		mode = lw4o6
		br = lwaftr.test
		ipv4-address = $OWN4
		psid = 3
		psid-length = 8
		psid-offset = 6
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
check_traffic "lw4o6"
who=$(fetch "$pc" $SRV4:8080/who)
check "the server sees the address and ports of the binding: $who" is_own "$who" $OWN4 3
check_eq "the lwB4's address" "$(show vne0 .tunnel_local)" $OWN6
check_eq "map_type" "$(show vne0 .map_type)" lw4o6
check_no_drops "nothing dropped at the CE" "$ce" vne0
check "down" vnectl -n "$ce" down vne0
check_eq "down leaves nothing" "$(what_is_there)" "$before"
finish
