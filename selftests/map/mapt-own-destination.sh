#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MAP-T: as own-destination.sh.

# shellcheck disable=SC2034 # for own-destination.sh
OWN_TOPO=mapt-topo.sh
. "$(dirname "$0")/own-destination.sh"
