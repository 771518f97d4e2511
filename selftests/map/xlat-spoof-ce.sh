#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7599, sections 8.1 and 8.2, at a CE that translates: what it sends has its
# own address and ports; what it takes is for them, and comes from the Default
# Mapping Rule's prefix, or from another CE by its rule.

. "$(dirname "$0")/xlat.sh"

CE_RULE_OPTS=fmr
xlat_ce
packets xlat_spoof_ce.py mesh
mapctl -n "$node" rule flush dev map0
check "rules without mesh" eval 'mapctl -n "$node" rule add dev map0 bmr $RULE &&
	mapctl -n "$node" rule add dev map0 dmr "$DMR"'
packets xlat_spoof_ce.py hub
finish
