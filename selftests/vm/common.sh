# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # set for the other parts
#
# What all parts of the runner share: places, messages, locks.

TREE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
VM=$TREE/selftests/vm
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/mapvne
unset MAKEFLAGS MFLAGS MAKELEVEL
JOBS=$(nproc)

say() {
	printf '# %s\n' "$*" >&2
}

die() {
	printf 'Bail out! %s\n' "$*" >&2
	exit 1
}

# The lock is held as long as the file descriptor in LOCK_FD is open.
lock() {
	mkdir -p "$CACHE/lock"
	exec {LOCK_FD}>"$CACHE/lock/$1"
	flock -n "$LOCK_FD" && return
	say "waiting for another run that prepares $1"
	flock "$LOCK_FD"
}

unlock() {
	exec {LOCK_FD}>&-
}

# Several checkouts may share the cache.
tree_key() {
	sha256sum <<<"$TREE" | cut -c1-8
}
