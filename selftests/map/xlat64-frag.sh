#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, section 5.1.1: IPv6 fragments out of the domain, from full
# addresses one by one, from shared ones in whatever order they come; and
# packets that the next hop in IPv4 is too narrow for.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat64_frag.py
ip -n "$node" link set out mtu 1000
packets xlat64_frag.py mtu 1000
finish
