#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tells vnectl what odhcp6c has got: odhcp6c -s /usr/lib/vne/odhcp6c-script DEV.
# Where another script does the rest of the work, call this one from it.

exec "${VNECTL:-vnectl}" dhcpv6-hook client odhcp6c interface "$1" reason "$2"
