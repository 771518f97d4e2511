#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mode ipip as the AFTR of DS-Lite (RFC 6333): the kernel's ip6tnl is the B4.

. "$(dirname "$0")/dslite.sh"

rig
both kernel map
finish
