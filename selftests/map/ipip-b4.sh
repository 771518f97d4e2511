#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mode ipip as the B4 of DS-Lite (RFC 6333): the kernel's ip6tnl is the AFTR.

. "$(dirname "$0")/dslite.sh"

rig
both map kernel
finish
