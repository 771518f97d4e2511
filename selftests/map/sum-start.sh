#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# A program, or a virtual machine, says where the checksum of its packet starts
# (virtio's csum_start). Where that is in the header that is replaced, or where
# the field lies behind the end of the packet, the packet is dropped and
# counted; where it is right, the sum is right at the other side.

. "$(dirname "$0")/xlat.sh"

need_cmd ethtool
xlat_br
# What leaves has its sum made, for whoever looks at the wire.
check "sums are made in front of the cable" nsx "$node" ethtool -K wan tx off
packets sum_start.py
finish
