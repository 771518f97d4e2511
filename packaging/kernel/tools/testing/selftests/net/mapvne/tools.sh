# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# The tools are not part of the kernel, but the module may be.
load_map() {
	need_cmd mapctl
	[[ -d /sys/module/map ]] || load_module map
}
