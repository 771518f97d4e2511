# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How the demo talks, runs commands, and gives up.

OUTPUT=
if [[ ${DEMO_COLOUR-no} = yes ]]; then
	BOLD=$'\e[1m' CYAN=$'\e[36m' GREEN=$'\e[32m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
	BOLD='' CYAN='' GREEN='' RED='' PLAIN=''
fi

# title TEXT: a new scene
title() {
	printf '\n%s== %s%s\n\n' "$BOLD" "$*" "$PLAIN"
}

# say LINE...: what a person is to know
say() {
	printf '%s\n' "$@"
}

# What a host's commands need to find its own files; few hosts have any.
declare -A HOST_ENV

# inside HOST 'COMMAND': a host of the demo is a network namespace of that name.
# Cheaper than ip netns exec, which mounts a sysfs each time.
inside() {
	nsenter --net="/run/netns/$1" bash -c "${HOST_ENV[$1]-}$2"
}

prompt() {
	printf '%s%s# %s%s%s%s\n' "$CYAN" "$1" "$PLAIN" "$BOLD" "$2" "$PLAIN"
}

# on HOST 'COMMAND': what a user types there, its output to be seen and
# in OUTPUT. It has to succeed.
on() {
	local rc
	prompt "$1" "$2"
	OUTPUT=$(inside "$1" "$2" 2>&1)
	rc=$?
	[[ -z $OUTPUT ]] || printf '%s\n' "$OUTPUT"
	[[ $rc -eq 0 ]] || give_up "the command on $1 failed: $2" "exit code $rc"
}

# on_bg HOST FILE 'COMMAND': one that runs on; its output goes to a file
on_bg() {
	prompt "$1" "$3 &"
	inside "$1" "exec $3" >"$2" 2>&1 </dev/null &
}

# on_all HOST 'COMMAND'...: several in a row
on_all() {
	local host=$1 line
	shift
	for line; do
		on "$host" "$line"
	done
}

# until_ok SECONDS COMMAND...: poll, since a time to sleep is always wrong
until_ok() {
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[[ $SECONDS -lt $until ]] || give_up "did not happen in time: $*"
		sleep 0.1
	done
}

# expect 'WHAT' REGEX: the last output says so
expect() {
	[[ $OUTPUT =~ $2 ]] || give_up "$1" "expected output that matches: $2"
	agree "$1"
}

# verify 'WHAT' COMMAND...: what the demo checks behind the scene
verify() {
	local what=$1 out
	shift
	out=$("$@" 2>&1) || give_up "$what" "$* says:" "${out:-nothing}"
	agree "$what${out:+ ($out)}"
}

agree() {
	CHECKS=$((${CHECKS-0} + 1))
	printf '%s   ok: %s%s\n' "$GREEN" "$1" "$PLAIN"
}

# give_up WHAT [DETAIL...]: with what helps to find out why
give_up() {
	local host
	printf '\n%sFAILED: %s%s\n' "$RED" "$1" "$PLAIN"
	shift
	[[ $# -eq 0 ]] || printf '  %s\n' "$@"
	for host in ce1 ce2 br; do
		[[ -e /run/netns/$host ]] || continue
		echo "--- $host: mapctl -s show"
		mapctl -n "$host" -s show 2>&1
	done
	[[ ! -e $WIRE/provider/log ]] || { echo "--- provider"; tail -n 15 "$WIRE/provider/log"; }
	for host in home4 home5 home6; do
		[[ -e /run/netns/$host ]] || continue
		echo "--- $host: vnectl show, log"
		inside "$host" 'vnectl show; tail -n 15 vnectl.log' 2>&1
	done
	for host in branch center; do
		[[ -e /run/netns/$host ]] || continue
		echo "--- $host: vnectl ipsec status, logs"
		inside "$host" 'vnectl ipsec status; tail -n 15 vnectl.log log' 2>&1
	done
	echo "--- end of the kernel's log"
	dmesg 2>/dev/null | tail -n 5
	exit 1
}
