#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# libreswan at both ends of a TCP connection that it knows nothing of.

. "$(dirname "$0")/pluto.sh"

ike_pair pluto pluto
finish
