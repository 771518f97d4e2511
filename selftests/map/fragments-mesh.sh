#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# Long datagrams between two CEs, without the border relay: the Forwarding
# Mapping Rule needs the port, which only the first fragment has (RFC 7597,
# sections 5.3 and 8.3.2).

. "$(dirname "$0")/packets.sh"

CE_RULE_OPTS=fmr
topo_up
setup_ns ce2 lan2
CE4=192.0.2.19 topo_ce "$ce2" "$lan2" 2 2001:db8:13:3400::/56 2001:db8:13:3400:0:c000:213:34 ||
	{ fail "the second CE is set up"; finish; }
for how in inner outer; do
	for ns in "$ce" "$ce2"; do
		check "fragment $how" mapctl -n "$ns" dev set map0 fragment "$how"
	done
	packets fragments_mesh.py "$how"
done
finish
