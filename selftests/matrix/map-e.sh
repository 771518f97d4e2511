#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
# full-timeout: 600
#
# MAP-E: each packet that gets in by whatever way and in whatever shape comes
# out as the RFCs have it, or is counted (matrix.sh).

. "$(dirname "$0")/matrix.sh"

matrix map-e br
