#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7599, section 8.3, and RFC 7597, section 8.1, at a border relay that
# translates: what comes from a CE has the address and the ports that belong to
# its IPv6 address. Who uses others is told (Type 1, Code 5).

. "$(dirname "$0")/xlat.sh"

xlat_br
rule() {
	check "rule $*" mapctl -n "$node" rule add dev map0 fmr "$@"
}
rule ipv6 2001:dba::/40 ipv4 100.64.0.0/16 ea-len 8
rule ipv6 2001:dbb:0:100::/56 ipv4 198.18.0.1/32 ea-len 0 psid-offset 6 psid 5 psid-len 6
rule ipv6 2001:dbc::/40 ipv4 198.19.2.0/24 ea-len 16 psid-offset 4 iid draft03
packets xlat_spoof.py
finish
