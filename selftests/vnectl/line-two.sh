#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Two lines on two WANs, with a rule server for one: each one's packets and
# requests leave by its own WAN, with its own address; one that goes leaves the
# other alone.

. "$(dirname "$0")/isp.sh"

need_cmd nft
isp_up
isp_wan wan2 2
br_map
isp_servers 443=vne
# The rules of a second provider, by the same BR: identifiers of draft-03.
mapctl -n "$br" rule add dev map0 fmr ipv6 2001:db8:1000::/36 ipv4 203.0.113.0/24 ea-len 20 psid-offset 4 iid draft03
ip -n "$br" route add 203.0.113.0/24 dev map0
PREFIX64_2=2001:db8:1012:3400::/64
PREFIX_2=2001:db8:1012:3400::/56
v6plus_reply "$vne" maker-code $BR6 "2001:db8:1000::/36 203.0.113.0/24 20 4"
# What a provider would drop: what comes from addresses of the other one.
nsx "$core" nft -f - <<-RULES
	table ip6 wrong {
		set foreign { type ifname . ipv6_addr . ipv6_addr; flags dynamic; }
		chain in {
			type filter hook prerouting priority 0
			ip6 saddr { ::, fe80::/10 } accept
			# For a socket that is gone the kernel answers by any way.
			tcp flags & rst == rst accept
			icmpv6 type destination-unreachable accept
			iifname ce1 ip6 saddr != $PREFIX add @foreign { iifname . ip6 saddr . ip6 daddr } drop
			iifname ce2 ip6 saddr != $PREFIX_2 add @foreign { iifname . ip6 saddr . ip6 daddr } drop
		}
	}
RULES
conf <<-CONF
	time-scale = 3600
	vne "vne0" {
		interface = wan
		br = $BR6
		rule = { "$RULE" }
	}
	vne "vne1" {
		interface = wan2
		source = v6plus
		bmr-hostname = vne.test
		code = "maker-code"
		home-gateway-check = no
		ca-file = $CERTS/ca.pem
		route-metric = 100
	}
CONF
wan_ra wan 1 $PREFIX64
wan_ra wan2 2 $PREFIX64_2
vne_up
check_up vne0
check_up vne1

check_traffic "by the first"
who=$(fetch "$pc" $SRV4:8080/who)
check_eq "it is the first's address" "${who% *}" $CE4
OWN4_2=$(show vne1 .map_ipv4_addr)
check "ping by the second" pings "$ce" $SRV4 -I vne1
check_eq "with its address" "$(fetch "$ce" $SRV4:8080/who --interface vne1 | cut -d' ' -f1)" "$OWN4_2"
comes "its server was asked" asked "$vne" /maker-code/get_rules 2
check_eq "by its own WAN" "$(last_request "$vne" /maker-code/get_rules .source)" 2001:db8:1012:3400:0:ff:fe00:2
check_eq "no packet left by the wrong WAN" \
	"$(nsx "$core" nft -j list set ip6 wrong foreign | jq -c '.nftables[1].set.elem // empty')" ""

check "the first goes down" vnectl -n "$ce" down vne0
check_traffic "by the second"
check_eq "it is the second's address" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" "$OWN4_2"
check "the first comes up" vnectl -n "$ce" up vne0
check_up vne0
check_eq "it is preferred" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" $CE4
route() {
	ip -n "$ce" -4 route show default dev "$1"
}
no_route() {
	[[ ! $(route "$1") ]]
}
carrier 1 down
check_state vne0 no-link "the first loses its link"
check_match "for a moment it keeps its default route" default route vne0
check "and not for long" slowwait 20 no_route vne0
check "it keeps its device" ip -n "$ce" link show vne0
check_eq "the second is used" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" "$OWN4_2"
carrier 1 up
check_up vne0 "the link is there again"
check_eq "and it is preferred" "$(fetch "$pc" $SRV4:8080/who | cut -d' ' -f1)" $CE4
carrier 2 down
check_state vne1 no-link "the second loses its link"
check_traffic "by the first"
check_match "status has both" 'vne0: up.*vne1: no-link' bash -c "vnectl -n $ce status | tr '\n' ' '"
carrier 2 up
check_up vne1 "and has it again"

check "the first goes from the file" sed -i '/vne "vne0"/,/^}/d' "$CONF"
check "reload" vnectl -n "$ce" reload
check_eq "its device is gone" "$(devices)" vne1
check_traffic "by the second"
finish
