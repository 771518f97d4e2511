#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 30
#
# RFC 7597, section 8.1: what a border relay gets from a CE has to carry an
# IPv4 address and a port that belong to the IPv6 source. All else is silently
# discarded and counted.

. "$(dirname "$0")/packets.sh"

need_root
load_map
topo_core
topo_br || { fail "the BR is set up"; finish; }
# Beside the shared address: a full one, a prefix, an explicit PSID, draft-03.
rule() {
	check "rule $*" mapctl -n "$br" rule add dev map0 fmr "$@"
}
rule ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8
rule ipv6 2001:dba::/40 ipv4 100.64.0.0/16 ea-len 8
rule ipv6 2001:dbb:0:100::/56 ipv4 198.18.0.1/32 ea-len 0 psid-offset 6 psid 5 psid-len 6
rule ipv6 2001:dbc::/40 ipv4 198.19.2.0/24 ea-len 16 psid-offset 4 iid draft03
silent_server
packets spoof_br.py
finish
