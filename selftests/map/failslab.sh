#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# Each memory allocation of each operation fails in turn: the operation works or
# fails as a whole. (Leaks and splats are the rig's to find.)

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
need_cmd python3
failslab=/sys/kernel/debug/failslab
[[ -d $failslab && -e /proc/self/fail-nth ]] || skip "no fault injection in this kernel"
load_map
export PYTHONDONTWRITEBYTECODE=1
# Those that may sleep are the interesting ones; no word of each in the log.
echo 0 >$failslab/ignore-gfp-wait
echo 0 >$failslab/verbose
defer "echo 1 >$failslab/ignore-gfp-wait"
if python3 ./fail_nth.py; then
	pass "every allocation failed in turn"
else
	fail "every allocation failed in turn"
fi

finish
