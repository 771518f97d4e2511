#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Never ends, not even when asked to.
# timeout: 1
trap '' TERM
while :; do
	sleep 1000
done
