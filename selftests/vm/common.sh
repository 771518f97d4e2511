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

# Locks nest: unlock gives up the last one that was taken.
LOCKS=()
lock() {
	local fd
	mkdir -p "$CACHE/lock"
	exec {fd}>"$CACHE/lock/$1"
	LOCKS+=("$fd")
	flock -n "$fd" && return
	say "waiting for another run that prepares $1"
	flock "$fd"
}

unlock() {
	local fd=${LOCKS[-1]}
	exec {fd}>&-
	unset 'LOCKS[-1]'
}

# Several checkouts may share the cache.
tree_key() {
	sha256sum <<<"$TREE" | cut -c1-8
}
