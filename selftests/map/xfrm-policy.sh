#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An IPsec policy that wants packets of the tunnel protected is obeyed (RFC
# 4301, section 5.2): what comes in the clear is dropped, counted, and the rest
# of the traffic comes back when the policy goes.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

refuse() {
	ip -n "$ce" xfrm policy "$1" src "$BR6/128" dst "$CE6/128" dir in "${@:2}"
}

topo_up
check "without a policy" pings "$lan" $SRV4 -c1
check "a policy that asks for ESP" refuse add tmpl proto esp mode transport
check_fails "no answer" pings "$lan" $SRV4 -c1 -W1
check "the drop is counted" busywait 2000 counted "$ce" rx_policy 1
check "the policy goes" refuse delete
check "the answer is back" pings "$lan" $SRV4 -c1
finish
