#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 6791: ICMPv6 errors of routers in the domain, whose addresses have no
# counterpart in IPv4, are sent from an address of the translator, or from the
# one that is there for it (192.0.0.8, RFC 7600).

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat_rfc6791.py none
xlat_set icmp-source 198.51.100.254
packets xlat_rfc6791.py 198.51.100.254
xlat_set icmp-source none
packets xlat_rfc6791.py none
finish
