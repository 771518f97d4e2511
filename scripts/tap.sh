# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# One line a check, and the sum of them, for the check scripts.

PASSED=0 FAILED=0

# verdict WHAT RC [FILE]: the file is shown if the check failed.
verdict() {
	local ok=ok
	if [[ $2 = 0 ]]; then
		((PASSED++))
	else
		((FAILED++))
		ok="not ok"
		[[ ! -s ${3-} ]] || sed 's/^/# /' "$3"
	fi
	echo "$ok $((PASSED + FAILED)) - $1"
}

# try WHAT COMMAND...: what it says goes to the file $log, and is shown if it
# fails.
try() {
	local what=$1
	shift
	"$@" >"$log" 2>&1
	verdict "$what" $? "$log"
}

verdicts() {
	echo "1..$((PASSED + FAILED))"
	echo "$PASSED passed, $FAILED failed"
	[[ $FAILED = 0 && $PASSED -gt 0 ]]
}
