#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# RFC 7915, sections 4.6 and 5.6: what has a more specific route that does not
# lead to the translator is forwarded as it is.

. "$(dirname "$0")/xlat.sh"

xlat_br
nsx "$node" sysctl -qw net.ipv4.conf.{all,default,out}.send_redirects=0
ip -n "$node" route add 192.0.2.77/32 via "$GW4"
ip -n "$node" -6 route add 2001:db8:ffff:0:8:808:800::/128 via 2001:db8:f:ff::1
packets xlat_route.py
ip -n "$node" route del 192.0.2.77/32
ip -n "$node" -6 route del 2001:db8:ffff:0:8:808:800::/128
packets xlat_route.py gone
finish
