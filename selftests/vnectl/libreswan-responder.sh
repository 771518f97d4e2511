#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# strongSwan begins, over TCP, with libreswan at the other end.

. "$(dirname "$0")/pluto.sh"

ike_pair charon pluto
finish
