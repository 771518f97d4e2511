#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# All ports of a CE are used for UDP, for each destination anew, and what is too
# much is dropped.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"
. "$TESTS/map/snat-exhaust.sh"

snat_up
answers "$srv" 80
exhaust udp

# A program of the CE's own is told at once.
check_match "the CE's own program is told" "Cannot assign requested address" \
	snat "$ce" send udp $SRV4 80 1 -p 31002
finish
