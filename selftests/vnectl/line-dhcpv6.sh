#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# DHCPv6 (RFC 7598, RFC 6334): Kea delegates a prefix and sends one kind of
# option after another, dhclient asks for it, and its hook tells the daemon.

DMR=64:ff9b::/96
. "$(dirname "$0")/isp.sh"
OWN4=203.0.113.16
LW6=2001:db8:12:3400:0:cb00:7110:3

# Rule 2001:db8::/40, 192.0.2.0/24, 16 EA bits; PORTPARAMS: offset 4, and of the
# MAP-E one PSID 0x34 of 8 bits, in the upper bits of the field.
BR_OPTION=005a001020010db8ffff00000000000000000001
MAPE=00590015011018c00002002820010db800005d000404083400$BR_OPTION
MAPT=00590015001018c00002002820010db800005d000404000000005b000d600064ff9b0000000000000000
# 203.0.113.16 for 2001:db8:12:3400::/64, PSID 3 of 8 bits after 6.
LW=${BR_OPTION}005c0015cb0071104020010db800123400005d000406080300
# aftr.test
AFTR=046166747204746573740000
AFTR=${AFTR%00}

need_cmd nft kea-dhcp6 dhclient
isp_up
br_map
dns_up "$vne" --host-record=aftr.test,$BR6_2
conf <<-CONF
	vne "vne0" {
		interface = wan
		source = dhcpv6
	}
CONF
vne_up
wan_ra wan 1 2001:db8:f:1::/64
wan_route $PREFIX 1

# offers CODE:HEX NAME: the provider sends it, and the client asks for it.
offers() {
	kea_up "$core" ce1 2001:db8:12:3400::/56-56 "$1"
	dhclient_up "$ce" wan "$2"
}

check_state vne0 provisioning "without options there are no rules"
check_eq "a client is waited for" "$(show vne0 .source.step)" wait
check "nothing is set up" nothing_there

offers "94:$MAPE" s46-cont-mape
check_up vne0 "option 94: MAP-E"
check_traffic "MAP-E by DHCPv6"
check_eq "map_type" "$(show vne0 .map_type)" map-e
check_eq "where the rules are from" "$(show vne0 .map_rules_dhcp)" true
check_eq "the delegated prefix" "$(show vne0 '.wan | "\(.end_user_prefix) \(.end_user_prefix_source)"')" "$PREFIX dhcpv6-pd"
check_eq "MAP address" "$(show vne0 .map_ipv6_addr)" $CE6
who=$(fetch "$pc" $SRV4:8080/who)
check "the server sees address and ports of the CE: $who" is_own "$who" $CE4 0x34

is_type() {
	shows vne0 .map_type "$1"
}
mapctl -n "$br" dev del map0
mapctl -n "$br" dev add map0 mode map-e role br local $BR6 &&
mapctl -n "$br" rule add dev map0 fmr ipv6 $PREFIX64 ipv4 $OWN4/32 ea-len 0 psid-offset 6 psid 3 psid-len 8 &&
ip -n "$br" link set map0 up && ip -n "$br" route add $OWN4/32 dev map0 || fail "the lwAFTR is set up"
offers "96:$LW" s46-cont-lw
comes "option 96: lw4o6" is_type lw4o6
check_traffic "lw4o6 by DHCPv6"
check_eq "the lwB4's address" "$(show vne0 .tunnel_local)" $LW6
check_eq "the address" "$(show vne0 .map_ipv4_addr)" $OWN4

br_aftr 2001:db8:f:1:0:ff:fe00:1
offers "64:$AFTR" aftr-name
comes "option 64: DS-Lite" is_type ds-lite
check_traffic "DS-Lite by DHCPv6"

ip -n "$br" link del tnl
mapctl -n "$br" dev del map0
nsx "$br" nft delete table ip t
mapctl -n "$br" dev add map0 mode map-t role br &&
mapctl -n "$br" rule add dev map0 fmr $RULE && mapctl -n "$br" rule add dev map0 dmr $DMR &&
ip -n "$br" link set map0 up && ip -n "$br" route add 192.0.2.0/24 dev map0 &&
ip -n "$br" -6 route add $DMR dev map0 && ip -n "$core" -6 route add $DMR via 2001:db8:f:ff::2 ||
	fail "the translator is set up"
offers "95:$MAPT" s46-cont-mapt
comes "option 95: MAP-T" is_type map-t
check_traffic "MAP-T by DHCPv6"

# The daemon forgets nothing that the client will not say again for hours.
vne_kill
vne_up
check_up vne0 "killed and started: what the client has told is still there"
check "traffic" pings "$pc" $SRV4

# A server that says no PSID offset. (One that pads prefixes is no test for here:
# Kea takes its options apart, and writes them anew.)
offers "95:0059000d001018c00002002820010db800005b000d600064ff9b0000000000000000" s46-cont-mapt
assumed() {
	shows vne0 .psid_offset_assumed true
}
comes "an offset that nobody has said" assumed
check_eq "it is that of RFC 7597" "$(show vne0 .BMR_psid_offset)" 6
check_match "show says so" "psid-offset is assumed" vnectl -n "$ce" show vne0
check_match "doctor, too" "nobody has said the PSID offset, and 6 is assumed" vnectl -n "$ce" doctor vne0
sed -i 's/^}/psid-offset = 4 }/' "$CONF"
check "psid-offset in the block" vnectl -n "$ce" reload
offset_4() {
	shows vne0 .BMR_psid_offset 4
}
comes "it is used" offset_4
check_eq "and nothing is assumed" "$(show vne0 .psid_offset_assumed)" null
dhclient_release "$ce" wan
comes "what was released is not used any more" nothing_there
finish
