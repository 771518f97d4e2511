#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7597, section 8.3.2: fragments from outside for a shared address. Only
# the first has the port, so the border relay puts the packet together, in
# whatever order its parts come; no part gets to a CE that it is not for, and
# what never becomes whole costs a bounded amount of memory for a bounded time.

. "$(dirname "$0")/packets.sh"

need_root
load_map
topo_core
topo_br || { fail "the BR is set up"; finish; }
silent_server
check "a rule with full addresses" mapctl -n "$br" rule add dev map0 \
	fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8
ip -n "$br" route add 203.0.113.0/24 dev map0
# What goes to CEs is seen on the cable, and goes no further.
ip -n "$core" -6 route add blackhole 2001:db8::/40
ip -n "$core" -6 route add blackhole 2001:db9::/40
packets fragments.py
finish
