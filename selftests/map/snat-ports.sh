#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `mapctl ports` says how full the port set is: ports with a binding, and
# bindings, for each protocol.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up
answers "$srv" 80

# use PROTO: "TOTAL USED BINDINGS"
use() {
	mapctl -n "$ce" -j ports dev map0 | /usr/bin/python3 -c '
import json, sys
for row in json.load(sys.stdin):
    if row["proto"].lower() == sys.argv[1]:
        print(row["total"], row["used"], row["bindings"])
' "$1"
}

check_eq "at first there is nothing" "$(use udp)" "240 0 0"
check "30 to one destination" holds one "$lan" udp $SRV4 80 30 -p 5000
check_eq "30 ports, 30 bindings" "$(use udp)" "240 30 30"
check "the same sources to another" holds two "$lan" udp $SRV4_2 80 30 -p 5000
read -r _ used bindings < <(use udp)
check_eq "60 bindings" "$bindings" 60
check "on nearly the same ports" test "$used" -lt 45
check "TCP" holds tcp "$lan" tcp $SRV4 80 3
check_eq "is counted apart" "$(use tcp)" "240 3 3"
check "a reserved range is no port to use" mapctl -n "$ce" dev set map0 snat-reserve 4928-4943
check_match "nor counted" "^224 " use tcp
finish
