#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fails, and says something about it.
echo "some reason"
exit 1
