#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# RFC 7599, appendix A, at a border relay: what its examples say, in packets.

OFFSET=6
. "$(dirname "$0")/xlat.sh"

export host=full
xlat_br
packets xlat_example.py 2

# only RULE...
only() {
	mapctl -n "$node" rule flush dev map0
	check "rule $*" mapctl -n "$node" rule add dev map0 fmr "$@"
	check "and the marker's" mapctl -n "$node" rule add dev map0 fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8
	check "and the DMR" mapctl -n "$node" rule add dev map0 dmr "$DMR"
}
only ipv6 2001:db8:12:3400::/56 ipv4 192.0.2.1/32 ea-len 0
packets xlat_example.py 4
# The PSID of example 5 is 0x34 (erratum 5324).
only ipv6 2001:db8:12:3400::/56 ipv4 192.0.2.18/32 ea-len 0 psid-offset 6 psid 0x34 psid-len 8
packets xlat_example.py 5
finish
