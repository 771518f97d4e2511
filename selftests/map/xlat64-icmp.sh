#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, section 5.2: each ICMPv6 message, row by row.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat64_icmp.py
ip -n "$node" link set wan mtu 9000
packets xlat64_icmp.py mtu 9000 1500
ip -n "$node" link set wan mtu 1500
ip -n "$node" link set out mtu 1400
packets xlat64_icmp.py mtu 1500 1400
finish
