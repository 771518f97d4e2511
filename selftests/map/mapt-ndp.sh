#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MAP-T on a line without prefix delegation: the CE's MAP address is in the /64
# of the link to the provider, whose router asks for it by neighbour discovery.
# It is routed to the device, so it is no address of the CE's own that answers:
# the kernel's neighbour proxy does (RFC 4389).

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

on_link() {
	ip -n "$core" -6 route del 2001:db8:12:3400::/56 &&
	ip -n "$core" addr add 2001:db8:12:3400::1/64 dev ce1 &&
	ip -n "$ce" addr add 2001:db8:12:3400::2/64 dev wan &&
	ip -n "$ce" -6 route replace default via 2001:db8:12:3400::1
}

topo_up
check "by a delegated prefix" pings "$lan" $SRV4
check "the prefix is on the link now" on_link
check_fails "nobody answers for the MAP address" pings "$lan" $SRV4 -c1 -W1

nsx "$ce" sysctl -qw net.ipv6.conf.wan.proxy_ndp=1
check "a neighbour proxy" ip -n "$ce" neigh add proxy "$CE6" dev wan
ip -n "$core" -6 neigh flush dev ce1
check "answers" pings "$lan" $SRV4
serve "$srv" 8080
check "download" download "$lan" $SRV4:8080 100000
check "upload" upload "$lan" $SRV4:8080 100000
check_no_drops "nothing dropped at the CE" "$ce"
finish
