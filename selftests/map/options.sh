#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# IPv4 options, bad lengths, IPv6 extension headers, packets in many pieces:
# forwarded right or counted, and no harm done.

. "$(dirname "$0")/packets.sh"

need_root
load_map
topo_core
topo_br || { fail "the BR is set up"; finish; }
silent_server
# A full address, whose packets need no port.
check "rule" mapctl -n "$br" rule add dev map0 fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8
ip -n "$br" route add 203.0.113.0/24 dev map0
# What goes to CEs is seen on the cable, and goes no further.
ip -n "$core" -6 route add blackhole 2001:db8::/40
ip -n "$core" -6 route add blackhole 2001:db9::/40
# A longer packet comes to the device, and has to be cut by it.
ip -n "$srv" link set eth0 mtu 2000
ip -n "$br" link set out mtu 2000
ip -n "$br" link set map0 mtu 2000
packets options.py
finish
