#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# RFC 7915, section 4.1, the Fragment Header, and RFC 7599, section 10.2:
# IPv4 fragments into the domain, to full addresses one by one, to shared ones
# in whatever order they come.

. "$(dirname "$0")/xlat.sh"

xlat_br
packets xlat46_frag.py
finish
