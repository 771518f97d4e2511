#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mode ipip, DS-Lite style (RFC 6333): private addresses go through the tunnel
# as they are, and the other end translates. Two devices with one local address
# and different remote ones keep apart, at either side.

. "$(dirname "$0")/dslite.sh"

rig
both map map

# What comes from an address that is nobody's remote is not taken.
check "B4" tunnel map "$ce" tun0 $B4_1 $AFTR
check "AFTR that knows another B4 only" tunnel map "$br" tun2 $AFTR $B4_2
ip -n "$ce" route replace default dev tun0
check_fails "a stranger's packets go nowhere" pings "$lan" $SRV4 -c1
check_eq "not into the device of another" "$(nsx "$br" ethtool -S tun2 | awk '$1 == "rx_packets:" { print $2 }')" 0
finish
