#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# What dhclient gets from Kea reaches the daemon by the hook: a delegated prefix
# with its lifetimes (RFC 8415, section 6.3), rules and AFTR (RFC 7598, RFC 6334),
# and their ends. With dnsmasq: rules for a prefix that is announced.

. "$(dirname "$0")/watch.sh"
need_cmd dhclient kea-dhcp6 dnsmasq radvd

MAPE='{"method":"map-e","br":"2001:db8:9999::1","mesh":true,"rules":[{"ipv6":"2001:db8:1000::/40","ipv4":"192.0.2.0/24","ea_len":16,"psid_offset":6,"psid_offset_assumed":true,"iid":"rfc7597","fmr":true}]}'
AFTR='{"method":"ds-lite","br":"aftr.example.net"}'
offer() { fact offer "${1-wan}" | jq -c .; }
offered() { [[ $(offer "${2-wan}") = "$1" ]]; }
file() { echo "/run/vne/net-$(nsx "$ce" stat -Lc %i /proc/self/ns/net).dhcpv6-wan.json"; }

cable
watch wan wan2
kea_up "$isp" p0 2001:db8:1000::/40-56 "94:$S46_MAPE" "64:$AFTR_NAME"
ra_up "$isp" p0 2001:db8:a::/64
wait_fact "an announced prefix" 10 prefix 2001:db8:a::/64
dhclient_up "$ce" wan s46-cont-mape
wait_fact "a delegated prefix goes before it" 15 prefix 2001:db8:1000::/56
check_eq "where it is from" "$(fact from)" dhcpv6-pd
check "the rules that were asked for, and no others" busywait 3000 offered "[$MAPE]"
check_eq "nobody else can read the file" "$(stat -c %a "$(file)")" 600

# Somebody who comes later reads what was left.
kill "$WATCH"
wait "$WATCH" 2>/dev/null
watch wan wan2
wait_fact "a daemon that comes later knows the prefix" 10 prefix 2001:db8:1000::/56
check_eq "and the rules" "$(offer)" "[$MAPE]"

check "a release" dhclient_release "$ce" wan
wait_fact "takes the prefix away: the announced one is left" 5 prefix 2001:db8:a::/64
check_eq "and the rules" "$(fact has_offer)" false
check "nothing is left" not test -e "$(file)"
forget "$WORK/dhclient-$ce-wan.pid"

# With an address beside the prefix, dhclient calls its hook for each.
DHCLIENT=(-P -N)
SLOW=1
[[ $PATIENCE = 1 ]] || SLOW=3
KEA_PREFERRED=$((4 * SLOW)) KEA_VALID=$((8 * SLOW)) KEA_RENEW=$((2 * SLOW))
kea_up "$isp" p0 2001:db8:2000::/40-60 "94:$S46_MAPE" "64:$AFTR_NAME"
dhclient_up "$ce" wan aftr-name
wait_fact "a prefix and an address at once" 15 prefix 2001:db8:2000::/60
check "an AFTR" busywait 3000 offered "[$AFTR]"
busywait 8000 grep -q RENEW "$WORK/dhclient-$ce-wan.log"
renewed() { (($(grep -c '^RCV: Reply message' "$WORK/dhclient-$ce-wan.log") > 2)); }
check "it is renewed" slowwait 15 renewed
check_eq "and stays" "$(fact prefix) $(offer)" "2001:db8:2000::/60 [$AFTR]"
# Both go: nobody says that the prefix ends.
forget "$WORK/dhclient-$ce-wan.pid"
kea_down "$isp" p0
wait_fact "a prefix that nobody renews ends by itself" 15 prefix 2001:db8:a::/64
check_eq "with its rules" "$(fact has_offer)" false

# The device of a lease is gone: another one with its name has none.
DHCLIENT=(-P)
KEA_PREFERRED=300 KEA_VALID=600
kea_up "$isp" p0 2001:db8:3000::/40-56
dhclient_up "$ce" wan
wait_fact "once more" 15 prefix 2001:db8:3000::/56
forget "$WORK/dhclient-$ce-wan.pid"
kea_down "$isp" p0
ra_down "$isp" p0
ip -n "$ce" link del wan
wait_fact "gone" 5 prefix ""
ip -n "$ce" link add spare type dummy
cable
wait_fact "there again" 5 up true
check_eq "without the lease" "$(fact prefix)" ""

# Rules without a prefix of their own, to who asks for information only.
cable wan2 p1
dnsmasq_up "$isp" p1 2001:db8:b::/64 "94:$S46_MAPE" "95:$S46_MAPT"
wait_fact "dnsmasq announces" 10 prefix 2001:db8:b::/64 wan2
DHCLIENT=(-S)
dhclient_up "$ce" wan2 s46-cont-mape
check "and has rules" slowwait 15 offered "[$MAPE]" wan2
check_eq "the prefix is still the announced one" "$(fact from wan2) $(fact prefix wan2)" "ra 2001:db8:b::/64"
check_eq "the other WAN has none" "$(fact has_offer)" false
forget "$WORK/dhclient-$ce-wan2.pid"

# What is wrong on the wire is said, and disturbs nobody.
dnsmasq_down "$isp" p1
dnsmasq_up "$isp" p1 2001:db8:b::/64 "94:${S46_MAPE%"$S46_BR"}"
dhclient_up "$ce" wan2 s46-cont-mape
said() { [[ $(offer wan2) =~ $1 ]]; }
check "a container without a BR is refused" slowwait 15 said '^\["[^"]+"\]$'
forget "$WORK/dhclient-$ce-wan2.pid"

check_eq "no errors" "$(cat "$FACTS.err")" ""
finish
