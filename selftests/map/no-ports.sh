#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 30
#
# Protocols without ports cannot be told apart on a shared address: dropped and
# counted both ways (RFC 7597, section 8). A full address has all of them.

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
packets no_ports.py
finish
