# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Helpers for tests, in the manner of the kernel's selftests. A test sources
# this file, asserts, and ends with "finish":
#
#	setup_ns ce br                     # namespaces $ce and $br, removed at the end
#	load_map                           # or skip
#	check "CE reaches BR" ip netns exec "$ce" ping -c1 192.0.2.1
#	check_fails "a bad prefix is refused" mapctl ...
#	busywait 2000 condition...         # poll, never sleep for a time
#	finish

# shellcheck disable=SC2034 # for the tests
readonly ksft_pass=0 ksft_fail=1 ksft_xfail=2 ksft_skip=4

PASSES=0
FAILURES=0
NAMESPACES=()
CLEANUPS=()

# A slow machine (debug kernel, emulation) gets more patience, never less.
PATIENCE=1
[[ ${KSFT_MACHINE_SLOW-} != yes ]] || PATIENCE=5

# Options of ping for traffic in the background: as much as leaves the tests time
# to run, which a flood does not on a slow machine.
# shellcheck disable=SC2034 # for tests
BUSY=(-q -i0.002 -W1 -s 1000)
[[ ${KSFT_MACHINE_SLOW-} != yes ]] || BUSY=(-q -i0.05 -W1 -s 1000)

pass() {
	PASSES=$((PASSES + 1))
	printf 'ok: %s\n' "$1"
}

# fail WHAT [DETAIL...]
fail() {
	FAILURES=$((FAILURES + 1))
	printf 'FAIL: %s\n' "$1"
	shift
	[[ $# -eq 0 ]] || printf '%s\n' "$@" | sed 's/^/    /'
	return 1
}

skip() {
	echo "SKIP: $*"
	exit $ksft_skip
}

# check WHAT COMMAND...: the command has to succeed. Its output is in $OUTPUT,
# and shown when it does not. Fails like the command.
check() {
	local what=$1 rc
	shift
	OUTPUT=$("$@" 2>&1)
	rc=$?
	if [[ $rc -eq 0 ]]; then
		pass "$what"
	else
		fail "$what" "\$ $*" "$OUTPUT" "exit code $rc"
	fi
}

# Refused, by an exit code of the command's own (ip's is 255) and not by a
# signal or because there is no such command.
refused() {
	[[ $1 -gt 0 && $1 -lt 126 || $1 -eq 255 ]]
}

# check_fails WHAT COMMAND...
check_fails() {
	local what=$1 rc
	shift
	OUTPUT=$("$@" 2>&1)
	rc=$?
	if refused $rc; then
		pass "$what"
	else
		fail "$what" "\$ $*" "$OUTPUT" "exit code $rc, expected a refusal"
	fi
}

# check_match WHAT REGEX COMMAND...: the command succeeds and says so.
check_match() {
	local what=$1 re=$2 rc
	shift 2
	OUTPUT=$("$@" 2>&1)
	rc=$?
	if [[ $rc -eq 0 && $OUTPUT =~ $re ]]; then
		pass "$what"
	else
		fail "$what" "\$ $*" "$OUTPUT" "exit code $rc, expected output that matches: $re"
	fi
}

# check_refused WHAT REGEX COMMAND...: the command fails and says why.
check_refused() {
	local what=$1 re=$2 rc
	shift 2
	OUTPUT=$("$@" 2>&1)
	rc=$?
	if refused $rc && [[ $OUTPUT =~ $re ]]; then
		pass "$what"
	else
		fail "$what" "\$ $*" "$OUTPUT" "exit code $rc, expected a refusal that matches: $re"
	fi
}

# check_eq WHAT IS EXPECTED
check_eq() {
	if [[ $2 = "$3" ]]; then
		pass "$1"
	else
		fail "$1" "is:       $2" "expected: $3"
	fi
}

# Waiting for what never comes is a sleep without a process, and processes are
# what costs most in a guest.
exec {NEVER}<> <(:)
pause() {
	read -rt "$1" -u "$NEVER" || :
}

# poll MS PAUSE COMMAND...: until the command succeeds; its output comes out.
poll() {
	local until pause=$2 out rc
	until=$((${EPOCHREALTIME/[.,]/} + $1 * PATIENCE * 1000))
	shift 2
	while :; do
		out=$("$@" 2>&1)
		rc=$?
		if [[ $rc -eq 0 || ${EPOCHREALTIME/[.,]/} -ge $until ]]; then
			[[ -z $out ]] || printf '%s\n' "$out"
			return "$rc"
		fi
		pause "$pause"
	done
}

# busywait TIMEOUT_MS COMMAND...
busywait() {
	local ms=$1
	shift
	poll "$ms" 0.02 "$@"
}

# slowwait TIMEOUT_S COMMAND...
slowwait() {
	local s=$1
	shift
	poll $((s * 1000)) 0.2 "$@"
}

not() {
	! "$@"
}

need_root() {
	[[ $EUID -eq 0 ]] || skip "needs root"
}

need_cmd() {
	local cmd
	for cmd; do
		command -v "$cmd" >/dev/null || skip "no command $cmd"
	done
}

# need_module NAME...: in the kernel or loadable.
need_module() {
	local mod
	for mod; do
		modprobe -q "$mod" 2>/dev/null || skip "no module $mod"
	done
}

load_module() {
	modprobe "$1" && return
	fail "module $1 loads"
	finish
}

# Ours is what is tested: that it does not load is a failure, not a skip.
load_map() {
	load_module map
}

# A clean-up command line, run at the end, last one first.
defer() {
	CLEANUPS=("$*" "${CLEANUPS[@]}")
}

# setup_ns NAME...: namespaces with unique names in the variables $NAME, lo up.
setup_ns() {
	local name ns
	for name; do
		printf -v ns '%s-%06x' "$name" $((RANDOM * RANDOM % 0x1000000))
		ip netns add "$ns" || { fail "namespace $name"; finish; }
		NAMESPACES+=("$ns")
		printf -v "$name" '%s' "$ns"
		# Addresses are usable at once, so that nobody waits for DAD.
		ip_batch "$ns" <<-EOF
			link set lo up
			netns exec $ns sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
		EOF
	done
}

# ip_batch NAMESPACE: commands of ip from standard input, all in one process
ip_batch() {
	ip -n "$1" -batch -
}

# nsx NAMESPACE COMMAND...
nsx() {
	ip netns exec "$@"
}

# veth NS1 DEV1 NS2 DEV2: a cable, both ends up.
veth() {
	ip -n "$1" link add "$2" up type veth peer name "$4" netns "$3" &&
	ip -n "$3" link set "$4" up
}

# Router in a namespace, for both families.
forwarding() {
	local ns
	for ns; do
		ip netns exec "$ns" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
			net.ipv4.conf.{all,default}.rp_filter=0
	done
}

# wait_listen NAMESPACE {tcp|udp} PORT: something listens there.
wait_listen() {
	busywait 5000 listens "$@"
}

listens() {
	local socks
	socks=$(ip netns exec "$1" ss -Hnl --"$2" "sport = :$3")
	[[ $socks ]]
}

# wait_link NAMESPACE DEV: up with carrier.
wait_link() {
	busywait 5000 link_is_up "$@"
}

link_is_up() {
	ip -n "$1" link show "$2" up 2>/dev/null | grep -q LOWER_UP
}

cleanup() {
	local line ns pids
	trap - EXIT
	for line in "${CLEANUPS[@]}"; do
		eval "$line" >/dev/null 2>&1
	done
	for ns in "${NAMESPACES[@]}"; do
		pids=$(ip netns pids "$ns" 2>/dev/null)
		# shellcheck disable=SC2086 # a list
		[[ -z $pids ]] || kill -KILL $pids 2>/dev/null
		ip netns delete "$ns" 2>/dev/null
	done
	pids=$(jobs -p)
	# shellcheck disable=SC2086
	[[ -z $pids ]] || kill $pids 2>/dev/null
}

# What was asserted decides; nothing asserted is a failure.
finish() {
	cleanup
	echo "$PASSES passed, $FAILURES failed"
	[[ $FAILURES -eq 0 && $PASSES -gt 0 ]] || exit $ksft_fail
	exit $ksft_pass
}

# A test that ends without "finish" (an unset variable, a stray exit) did not
# assert what it meant to.
on_exit() {
	local rc=$?
	cleanup
	[[ $rc -ne 0 ]] || { echo "FAIL: the test ended without finish"; rc=$ksft_fail; }
	exit "$rc"
}

trap on_exit EXIT
trap 'exit 130' INT TERM
