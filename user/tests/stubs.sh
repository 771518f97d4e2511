# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests of scripts: results, and programs that write down what they are
# called with. The first argument of the test is VNECTL. Read it as a file of bash.

set -u
VNECTL=$(realpath "$1")
# shellcheck disable=SC2034 # for the test
USER_DIR=$(realpath "$(dirname "$0")/..")
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK"' EXIT
passed=0 failed=0

result() {
	local rc=$1
	shift
	if [[ $rc -eq 0 ]]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $1"
		printf '%s\n' "${@:2}" | sed 's/^/# /'
	fi
}

# is WHAT IS EXPECTED
is() {
	[[ $2 = "$3" ]]
	result $? "$1" "is:       $2" "expected: $3"
}

# has WHAT TEXT PART
has() {
	[[ $2 = *"$3"* ]]
	result $? "$1" "$2" "does not have: $3"
}

# A program that writes down what it is called with: vnectl checks for real.
mkdir "$WORK/bin" "$WORK/net"
cat >"$WORK/bin/vnectl" <<-STUB
	#!/bin/sh
	echo "vnectl \$*" >>"$WORK/calls"
	case \$1 in
	check) exec "$VNECTL" "\$@" ;;
	up) mkdir -p "$WORK/sys/class/net/\$2" ;;
	reload)
		[ ! -e "$WORK/refuses" ] || { cat "$WORK/refuses" >&2; exit 1; }
		[ ! -e "$WORK/no-daemon" ] || exit 2 ;;
	monitor) exec cat "$WORK/events" ;;
	-j) cat "$WORK/shown" ;;
	esac
STUB
printf '#!/bin/sh\necho "init $*" >>"%s/calls"\n' "$WORK" >"$WORK/bin/init"
chmod +x "$WORK"/bin/*
PATH=$WORK/bin:$PATH

calls() {
	cat "$WORK/calls" 2>/dev/null
	: >"$WORK/calls"
}

# by_each_shell FUNCTION...: with $SH, which is a program
by_each_shell() {
	local shell
	for shell in dash "busybox sh"; do
		command -v "${shell%% *}" >/dev/null || { result 1 "there is no $shell"; continue; }
		printf '#!/bin/sh\nexec %s "$@"\n' "$shell" >"$WORK/sh"
		chmod +x "$WORK/sh"
		# shellcheck disable=SC2034 # for the test
		SH=$WORK/sh
		for step; do
			$step
		done
	done
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 && $passed -gt 0 ]]
}
