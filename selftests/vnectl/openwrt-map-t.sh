#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# openwrt.sh with MAP-T: packets to the line are forwarded.

MODE=map-t DMR=64:ff9b::/96

. "$(dirname "$0")/openwrt.sh"
