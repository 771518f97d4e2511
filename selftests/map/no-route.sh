#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CE without a way to the BR tells its hosts at once, and goes on when the
# way is back; so does a BR without a way to a CE.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
check "all is well" pings "$lan" $SRV4
ip -n "$ce" -6 route del default
check_match "no route at the CE: host unreachable" 'Destination Host Unreachable' not nsx "$lan" ping -n -c1 -W1 $SRV4
check_match "for the CE itself as well" 'Destination Host Unreachable' not nsx "$ce" ping -n -c1 -W1 $SRV4
check "counted" counted "$ce" tx_no_route 2
ip -n "$ce" -6 route add default via 2001:db8:f:1::1
check "the route is back: all is well" pings "$lan" $SRV4

ip -n "$br" -6 route add unreachable 2001:db8:12:3400::/56
check_match "no route at the BR: host unreachable" 'Destination Host Unreachable' not nsx "$srv" ping -n -c1 -W1 -e "$PORT" $CE4
check "counted" counted "$br" tx_no_route 1
ip -n "$br" -6 route del unreachable 2001:db8:12:3400::/56
check "the route is back: all is well" pings "$srv" $CE4 -e "$PORT"

# Another way to the BR, while the old one is in the cache of routes
ip -n "$ce" link set wan down
check_fails "link down" pings "$lan" $SRV4 -c1
ip -n "$ce" link set wan up
ip -n "$ce" addr replace 2001:db8:f:1::2/64 dev wan
ip -n "$ce" -6 route replace default via 2001:db8:f:1::1
check "link up again" slowwait 5 pings "$lan" $SRV4
finish
