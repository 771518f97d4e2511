#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# A fixed IPv4 address (RFC 2473) at an address of the WAN's prefix with the
# identifier of the contract; the kernel's ip6tnl at the other end. The address
# follows the prefix.

. "$(dirname "$0")/isp.sh"
OWN4=203.0.113.5
OWN6=2001:db8:12:3400:6f:6c1f:3400:0
OWN6_NEW=2001:db8:13:3500:6f:6c1f:3400:0

need_cmd nft
isp_up
br_ip6tnl $OWN6 203.0.113.4/30
before=$(what_is_there)
conf <<-CONF
	vne "vne0" {
		interface = wan
		mode = fixed-ip
		br = $BR6_2
		ipv4-address = $OWN4
		interface-identifier = 6f:6c1f:3400:0
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
check "ping from the CE" pings "$ce" $SRV4
check_eq "the server sees the address" "$(fetch "$ce" $SRV4:8080/who | cut -d' ' -f1)" $OWN4
check "ping to the CE" pings "$srv" $OWN4
# What to do for a LAN is for the firewall to say.
nsx "$ce" nft "add table ip t; add chain ip t post { type nat hook postrouting priority srcnat; }
	add rule ip t post oifname vne0 masquerade"
check_traffic "from the LAN"
check_eq "the tunnel's end" "$(show vne0 .tunnel_local)" $OWN6

br_ip6tnl $OWN6_NEW 203.0.113.4/30
wan_ra wan 1 $PREFIX64_NEW
moved() {
	shows vne0 .tunnel_local $OWN6_NEW
}
check "another prefix: the address follows" slowwait 20 moved
check_traffic "after that"
check_eq "the old one is gone" "$(ip -n "$ce" -6 addr show to $OWN6)" ""
check "down" vnectl -n "$ce" down vne0
check_eq "down leaves nothing" "$(what_is_there)" "$before"
finish
