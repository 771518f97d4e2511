#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Can not run.
. "$(dirname "$0")/../../lib/lib.sh"
need_cmd no-such-command
