#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections that began before the device was ready, or when they were routed
# elsewhere, and that never pause: they get a port of the set all the same, and
# do not hang for as long as their conntrack entry lasts.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80
# Without the first answer they would be retried slowly.
nsx "$ce" sysctl -qw net.netfilter.nf_conntrack_udp_timeout_stream=600

# A source that sends for ever from one port, as NTP and many tunnels do.
sends_on() {
	while :; do
		snat "$lan" send udp "$1" 80 1 -p "$2"
	done >/dev/null 2>&1
}
sends_on $SRV4 40123 &
defer "kill $!"
disown $!

own_binding() {
	local addr port
	read -r addr port < <(bound udp $SRV4 --orig-port-src 40123)
	[[ $addr = "$CE4" ]] && port_in_set "$port" 0x34
}
check "it has a port of the set" busywait 3000 own_binding

check "the prefix goes" mapctl -n "$ce" dev set map0 prefix none
counter_now tx_not_ready
dropped() {
	counted "$ce" tx_not_ready $((COUNTED[tx_not_ready] + 2))
}
check "what is sent is dropped" busywait 3000 dropped
check_eq "and leaves no binding" "$(count_of -p udp)" 0
check "the prefix comes back" mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3400::/56
check "there it goes" busywait 3000 own_binding

# Another way out, without translation; then back.
setup_ns other
veth "$ce" eth1 "$other" eth0
ip -n "$ce" addr add 172.16.0.1/24 dev eth1
ip -n "$ce" neigh add 172.16.0.2 lladdr 02:00:00:00:00:01 dev eth1
ip -n "$ce" route replace default via 172.16.0.2 dev eth1
nsx "$ce" conntrack -F >/dev/null 2>&1
untranslated() {
	[[ $(bound udp $SRV4 --orig-port-src 40123) = "$LAN4 40123" ]]
}
check "routed elsewhere, it is not translated" busywait 3000 untranslated
ip -n "$ce" route replace default dev map0
check "routed back, it is" busywait 3000 own_binding

check "source NAT is switched off" mapctl -n "$ce" dev set map0 snat off
nsx "$ce" conntrack -F >/dev/null 2>&1
check "it is dropped" busywait 3000 not own_binding
check "and on again" mapctl -n "$ce" dev set map0 snat on
check "there it goes again" busywait 3000 own_binding
finish
