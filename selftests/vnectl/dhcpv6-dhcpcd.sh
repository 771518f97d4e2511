#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# What dhcpcd gets from Kea reaches the daemon by the hook: delegated prefixes
# (RFC 8415, section 6.3), rules (RFC 7598), an AFTR (RFC 6334), and their ends;
# and what odhcp6c would say.

. "$(dirname "$0")/watch.sh"
need_cmd dhcpcd kea-dhcp6 dnsmasq

MAPT='{"method":"map-t","dmr":"64:ff9b::/64","rules":[{"ipv6":"2001:db8:1000::/40","ipv4":"192.0.2.0/24","ea_len":16,"psid_offset":6,"psid_offset_assumed":true,"iid":"rfc7597","fmr":false}]}'
LW='{"method":"lw4o6","br":"2001:db8:9999::1","rules":[{"ipv6":"2001:db8:1:cafe::/64","ipv4":"192.0.2.3/32","ea_len":0,"psid_offset":0,"psid_len":4,"psid":3,"iid":"rfc7597","fmr":false}]}'
AFTR='{"method":"ds-lite","br":"aftr.example.net"}'
offered() { [[ $(fact offer "${2-wan}" | jq -c .) = "$1" ]]; }

cable
watch wan
kea_up "$isp" p0 2001:db8:1000::/40-56 "94:$S46_MAPE" "95:$S46_MAPT" "96:$S46_LW" "64:$AFTR_NAME"
dhcpcd_up "$ce" wan s46_cont_mapt aftr_name
wait_fact "a delegated prefix" 20 prefix 2001:db8:1000::/56
check_eq "where it is from" "$(fact from)" dhcpv6-pd
check "the options that were asked for, and no others" busywait 3000 offered "[$MAPT,$AFTR]"
dhcpcd_release "$ce" wan
wait_fact "a release takes it away" 10 prefix ""
check_eq "and the rules" "$(fact has_offer)" false
check "the client ends" busywait 5000 not running "$WORK/dhcpcd-$ce-wan.pid"

# Short lives, and another server in the place of the first: renumbering.
KEA_PREFERRED=10 KEA_VALID=20 KEA_RENEW=2
kea_up "$isp" p0 2001:db8:2000::/40-60 "96:$S46_LW"
dhcpcd_up "$ce" wan s46_cont_lw
wait_fact "another prefix" 20 prefix 2001:db8:2000::/60
check "rules for lw4o6" busywait 3000 offered "[$LW]"
kea_up "$isp" p0 2001:db8:3000::/40-60 "96:$S46_LW"
wait_fact "the server delegates another one" 40 prefix 2001:db8:3000::/60
forget "$WORK/dhcpcd-$ce-wan.pid"
wait_fact "a client that ends takes its prefix with it" 10 prefix ""

# Two prefixes, and what odhcp6c says of them: a test of the hook alone.
hook() {
	nsx "$ce" env -i "$@" PATH="$PATH" VNECTL="$(command -v vnectl)" sh "$HOOKS/odhcp6c-script.sh" wan "$STATE"
}
STATE=bound
check "odhcp6c has a lease" hook "PREFIXES=2001:db8:40::/56,1000,2000,class=00000001 2001:db8:41::/56,0,2000" AFTR=aftr.example.net
wait_fact "the preferred one of two" 5 prefix 2001:db8:40::/56
check "and an AFTR" offered "[$AFTR]"
STATE=rebound
check "renumbering" hook "PREFIXES=2001:db8:40::/56,0,2000 2001:db8:41::/56,1000,2000"
wait_fact "the other one" 5 prefix 2001:db8:41::/56
check_eq "without AFTR" "$(fact has_offer)" false
STATE=unbound
check "odhcp6c has none any more" hook
wait_fact "gone" 5 prefix ""

check_eq "no errors" "$(cat "$FACTS.err")" ""
finish
