#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, section 4.1: each field of the IPv6 header that an IPv4 header
# becomes, options, and what is refused.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat46_header.py
xlat_set tclass 0
packets xlat46_header.py tclass 0
xlat_set tclass 0x48
packets xlat46_header.py tclass 0x48
xlat_set tclass inherit
packets xlat46_header.py tclass inherit
xlat_set lowest-ipv6-mtu 1400
packets xlat46_header.py lowest 1400
check_fails "a lowest-ipv6-mtu below 1280 is refused" mapctl -n "$node" dev set map0 lowest-ipv6-mtu 1279
xlat_set lowest-ipv6-mtu 1280
packets xlat46_header.py lowest 1280
ip -n "$node" link set wan mtu 1400
packets xlat46_header.py mtu 1400
finish
