#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, sections 4.3 and 4.5: the packet in an ICMPv4 error, RFC 4884
# extensions behind it, and checksums of transports, absent ones included.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat46_inner.py
packets xlat46_inner.py zero compute
xlat_set udp-zero-checksum drop
packets xlat46_inner.py zero drop
xlat_set udp-zero-checksum compute
packets xlat46_inner.py zero compute
finish
