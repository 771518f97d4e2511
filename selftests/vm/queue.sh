# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The tests that are still to be run, lines "NAME PATH LIMIT [WHY]" in a file:
# WHY is of a second try, the reason of the first failure. Runs that are given
# the same file share them: each test is taken once.

# queue_fill COMMAND...: what the command prints, unless another run was first.
queue_fill() {
	(
		flock 9
		[[ ! -e $QUEUE ]] || exit 0
		"$@" >"$QUEUE.new" && mv "$QUEUE.new" "$QUEUE"
	) 9>"$QUEUE.lock"
}

# The next line; fails when there is none.
queue_take() {
	(
		flock 9
		sed -n 1p "$QUEUE"
		sed -i 1d "$QUEUE"
	) 9>"$QUEUE.lock" | grep .
}

queue_add() {
	(
		flock 9
		echo "$1" >>"$QUEUE"
	) 9>"$QUEUE.lock"
}

queue_is_empty() {
	[[ ! -s $QUEUE ]]
}
