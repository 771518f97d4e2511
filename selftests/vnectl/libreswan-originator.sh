#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# libreswan begins, over TCP, with strongSwan at the other end.

. "$(dirname "$0")/pluto.sh"

ike_pair pluto charon
finish
