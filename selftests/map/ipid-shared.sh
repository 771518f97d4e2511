#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7597, section 8.3.3: CEs that share an address may use the same IPv4
# identification. As an option, each takes those of its port set.

. "$(dirname "$0")/packets.sh"

topo_up
topo_ce2
packets ipid_shared.py keep
for ns in "$ce" "$ce2"; do
	check "ipid psid" mapctl -n "$ns" dev set map0 ipid psid
done
packets ipid_shared.py psid
check "fragment outer" mapctl -n "$ce" dev set map0 fragment outer
packets ipid_shared.py psid
finish
