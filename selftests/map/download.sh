#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Five megabytes of HTTP each way arrive as they were sent.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
check "download" download "$lan" $SRV4:8080 5000000
check "upload" upload "$lan" $SRV4:8080 5000000
check "download by the CE itself" download "$ce" $SRV4:8080 1000000
check "upload by the CE itself" upload "$ce" $SRV4:8080 1000000
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
finish
