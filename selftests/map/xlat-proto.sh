#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, sections 4.5, 5.1 and 5.5: UDP-Lite and DCCP have their checksums
# brought up to date; all other protocols are translated by their number, with
# no work on what they carry.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat_proto.py
finish
