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
check_traffic "from the LAN"
check_eq "the server sees the address of the line" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" $OWN4
nsx "$ce" nft flush ruleset
check "vnectl renew" vnectl -n "$ce" renew vne0
nat_is_there() {
	nsx "$ce" nft list table ip vne-vne0 2>/dev/null | grep -q masquerade
}
check "a firewall has flushed all rules: the line's are there again" slowwait 5 nat_is_there
check "ping from the LAN after that" pings "$pc" $SRV4
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

# Hosts in the prefix of the line have addresses of their own.
sed -i "s|ipv4-address = .*|ipv4-address = $OWN4/30|" "$CONF"
check "a prefix of addresses" vnectl -n "$ce" reload
check "up again" vnectl -n "$ce" up vne0
check_up vne0
br_ip6tnl $OWN6_NEW 203.0.113.4/30
ip -n "$ce" addr add 203.0.113.6/32 dev lan
check "ping from another address of the prefix" pings "$ce" $SRV4 -I 203.0.113.6
check_eq "the server sees that one" "$(fetch "$ce" $SRV4:8080/who --interface 203.0.113.6 | cut -d' ' -f1)" 203.0.113.6
check_eq "and the line's for hosts of the LAN" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" $OWN4

sed -i 's/^}/snat = no }/' "$CONF"
check "snat = no" vnectl -n "$ce" reload
check_up vne0
check_eq "there is no table" "$(nsx "$ce" nft list tables)" ""
check "no ping from the LAN" not pings "$pc" $SRV4
ip -n "$ce" addr del 203.0.113.6/32 dev lan
check "down again" vnectl -n "$ce" down vne0
check_eq "and nothing is left again" "$(what_is_there)" "$before"
finish
