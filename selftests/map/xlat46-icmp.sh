#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, section 4.2: each ICMPv4 message, row by row.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat46_icmp.py
ip -n "$node" link set wan mtu 9000
ip -n "$net" link set v6 mtu 9000
packets xlat46_icmp.py mtu 9000 1500
ip -n "$node" link set wan mtu 1500
ip -n "$node" link set out mtu 1300
packets xlat46_icmp.py mtu 1500 1300
finish
