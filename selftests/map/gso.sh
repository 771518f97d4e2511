#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# iperf3 moves data each way, and large TCP segments stay whole through
# encapsulation and decapsulation: what the core network forwards is, by the
# mean, several times as long as its MTU.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

. "$TESTS/map/long.sh"
finish
