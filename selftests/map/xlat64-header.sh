#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, section 5.1: each field of the IPv4 header that an IPv6 header
# becomes, extension headers that are skipped and those that are refused.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat64_header.py
xlat_set tos 0
packets xlat64_header.py tos 0
xlat_set tos 0x48
packets xlat64_header.py tos 0x48
xlat_set tos inherit
packets xlat64_header.py tos inherit
ip -n "$node" link set out mtu 1400
packets xlat64_header.py mtu 1400
finish
