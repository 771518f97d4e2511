#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Passes, and leaves a process, a namespace and a file behind.
setsid sleep 1000 &
ip netns add left-behind
touch /tmp/left-behind
