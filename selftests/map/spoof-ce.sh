#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 30
#
# RFC 7597, section 8.1, at a CE: the border relay is believed, other CEs are
# checked by their rule, anybody else is refused; what is not for the CE's own
# address and ports is dropped. What a CE sends has its own address and ports
# (section 8).

. "$(dirname "$0")/packets.sh"

need_root
load_map
topo_core
setup_ns ce lan
CE_RULE_OPTS=fmr
topo_ce "$ce" "$lan" 1 2001:db8:12:3400::/56 "$CE6" || { fail "the CE is set up"; finish; }
# What the CE sends is seen on the cable, and goes no further.
ip -n "$core" -6 route replace blackhole "$BR6/128"
ip -n "$core" -6 route add blackhole 2001:db8::/40

packets spoof_ce.py mesh

# Without the F flag, the Basic Mapping Rule is no rule for forwarding, and
# other CEs come by way of the BR (RFC 7597, section 4).
mapctl -n "$ce" rule flush dev map0
check "rules without mesh" eval 'mapctl -n "$ce" rule add dev map0 bmr $RULE &&
	mapctl -n "$ce" rule add dev map0 dmr "$BR6"'
packets spoof_ce.py hub

check "a second BR" mapctl -n "$ce" rule add dev map0 source 2001:db8:fffe::/64
packets spoof_ce.py second

check "no BR" eval 'mapctl -n "$ce" rule flush dev map0 &&
	mapctl -n "$ce" rule add dev map0 bmr $RULE fmr'
packets spoof_ce.py alone

check "back with a BR" mapctl -n "$ce" rule add dev map0 dmr "$BR6"
check "no NAT" mapctl -n "$ce" dev set map0 snat off
packets spoof_ce.py sends
finish
