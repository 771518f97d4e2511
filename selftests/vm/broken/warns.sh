#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Passes, but the kernel complains.
echo "WARNING: CPU: 0 PID: 1 at deliberate.c:1 test" >/dev/kmsg
