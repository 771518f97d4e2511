#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# All ports of a CE are used for TCP, for each destination anew, and what is too
# much is dropped.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"
. "$TESTS/map/snat-exhaust.sh"

snat_up
answers "$srv" 80
exhaust tcp
finish
