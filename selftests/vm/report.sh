# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Turns what happened in the guest into TAP lines and a sum.

NUMBER=0 PASSED=0 FAILED=0 SKIPPED=0 SECOND=0

# tap pass|fail|skip NAME [REMARK]
tap() {
	local ok=ok
	case $1 in
	pass) ((PASSED++)) ;;
	fail) ((FAILED++)); ok="not ok" ;;
	skip) ((SKIPPED++)) ;;
	esac
	printf '%s %d - %s%s\n' "$ok" $((++NUMBER)) "$2" "${3:+ # $3}"
}

output() {
	sed -e '${/^$/d}' -e 's/\r$//' -e 's/^/# /' "$1"
}

# What went well is not what one looks for among what did not.
output_of_failed() {
	if grep -q '^FAIL' "$1"; then
		output <(grep -v -e '^ok: ' -e '^$' "$1")
	else
		output "$1"
	fi
}

# What failed, in a line: the first check, or the last words.
why_failed() {
	{ grep -m1 '^FAIL' "$JOB/test" || grep . "$JOB/test" | tail -n1; } | tr -d '\r' | cut -c1-120
}

# With --retry a test that depends on time gets a second chance, and its result
# says so. A run has few of them. No chance have a complaint of the kernel, its
# death, a module that stays, and a test of random input, which has found
# something. Fails unless the test is to run again.
second_try() {
	local path limit tried
	[[ $RETRY = 1 && $SECOND -lt 4 && $1 != *fuzz* ]] || return
	! grep -q '^modules that cannot be removed' "$JOB/test" || return
	read -r _ path limit tried <<<"$TEST"
	[[ ! $tried ]] || return
	((SECOND++))
	echo "# once more: $1: $2"
	queue_add "$1 $path $limit $2"
}

# kselftest's exit codes, unless the kernel complained. $TEST is the line of the
# queue.
report() {
	local name=$1 rc=$2 time tried
	time=$(($3 / 1000)).$(printf '%02d' $(($3 % 1000 / 10)))s
	if splats "$name" "$JOB/console" >"$JOB/splats"; then
		fail_with "$name" "$time, the kernel complained" "$JOB/splats"
		return
	fi
	read -r _ _ _ tried <<<"$TEST"
	time+=${tried:+, at the second try (the first: $tried)}
	case $rc in
	0)
		if [[ $name = kunit/* ]]; then
			kunit_cases "$name" "$time"
		else
			tap pass "$name" "$time"
		fi ;;
	2) tap skip "$name" "XFAIL $time $(reason)" ;;
	4) tap skip "$name" "SKIP $(reason)" ;;
	124|137)
		[[ $VERBOSE = 1 ]] || output <(tail -n 40 "$JOB/test")
		second_try "$name" "time limit" || tap fail "$name" "$time, time limit" ;;
	*)
		[[ $VERBOSE = 1 ]] || output_of_failed "$JOB/test"
		second_try "$name" "$(why_failed)" ||
			tap fail "$name" "$time, exit code $rc, $(why_failed)" ;;
	esac
}

fail_with() {
	[[ $VERBOSE = 1 ]] || output_of_failed "$JOB/test"
	[[ $# -lt 3 ]] || output "$3"
	tap fail "$1" "$2"
}

reason() {
	{ grep -i skip "$JOB/test" || cat "$JOB/test"; } | grep . | tail -n1 | tr -d '\r' | sed 's/^#* *SKIP:* *//'
}

# A line for each case of each suite in KTAP.
kunit_cases() {
	local verdict case
	awk '/^ *# Subtest: / { suite = $NF }
		/^    (not )?ok [0-9]/ {
			v = $1 == "ok" ? "pass" : "fail"
			if ($0 ~ /# SKIP/) v = "skip"
			sub(/^ *(not )?ok [0-9]+ (- )?/, "")
			print v, suite "." $0
		}' "$JOB/test" >"$JOB/cases"
	grep -q '^fail' "$JOB/cases" && [[ $VERBOSE = 0 ]] && output "$JOB/test"
	while read -r verdict case; do
		tap "$verdict" "kunit/$case"
	done <"$JOB/cases"
	[[ -s $JOB/cases ]] || fail_with "$1" "$2, no case ran"
}

# The guest ended by itself or was ended, maybe while a test ran.
report_death() {
	output <(tail -n 60 "$JOB/console")
	[[ ! -s $JOB/monitor ]] || output <(tail -n 10 "$JOB/monitor")
	fail_with "${1:-rig/guest}" "$2"
}

report_missing() {
	tap fail "$1" "${2:-no such test}"
}

# Complaints that are no single test's: they are ours all the same.
report_rest() {
	local when
	for when in boot between; do
		if splats "$when" "$JOB/console" >"$JOB/splats"; then
			output "$JOB/splats"
			tap fail "rig/$when" "the kernel complained outside of tests"
		fi
	done
}

report_sum() {
	echo "1..$NUMBER"
	echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
	[[ $FAILED = 0 && $PASSED -gt 0 ]]
}
