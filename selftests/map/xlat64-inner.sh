#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, sections 5.3 and 5.5: the packet in an ICMPv6 error, RFC 4884
# extensions behind it, and checksums of transports.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat64_inner.py
finish
