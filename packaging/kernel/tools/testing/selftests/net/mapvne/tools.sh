# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# The tools are not part of the kernel.
load_map() {
	need_cmd mapctl
	load_module map
}
