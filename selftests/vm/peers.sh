# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests talk to and Debian has no package for that can be installed.

# Jool, a stateless translator. Debian 12's version knows the kernel that it
# came with, and no newer one.
jool_make() {
	local dir
	(cd "$1" && apt-get -q download jool-dkms) ||
		{ apt-get -q update && (cd "$1" && apt-get -q download jool-dkms); } ||
		return
	dpkg-deb -x "$1"/jool-dkms_*.deb "$1" || return
	for dir in common siit; do
		make -s -C "$K_BUILD" ARCH="$K_ARCH" M="$(echo "$1"/usr/src/jool-*/src/mod/$dir)" \
			-j"$JOBS" CONFIG_DEBUG_INFO_BTF_MODULES= modules || return
	done
}

# peers_unpack: libreswan's programs. Its package conflicts with strongSwan's.
# Tests that need it are skipped when it cannot be had.
peers_unpack() {
	local dir=$CACHE/libreswan
	[[ ! -e $dir/done ]] || return 0
	lock libreswan
	if [[ ! -e $dir/done ]]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		if (cd "$dir" && apt-get -q download libreswan && dpkg-deb -x libreswan_*.deb .) \
			>"$dir/log" 2>&1 </dev/null; then
			touch "$dir/done"
		else
			say "libreswan cannot be had: $(tail -n1 "$dir/log")"
		fi
	fi
	unlock
}

# peers_build: compile them once for a kernel, and set PEERS to the modules.
# Called with the lock held.
peers_build() {
	local dir=$K_DIR/jool
	PEERS=()
	[[ $K_NAME = debian-6.1 ]] || return 0
	if [[ ! -e $dir/done ]]; then
		say "building Jool for $K_NAME"
		rm -rf "$dir"
		mkdir -p "$dir"
		jool_make "$dir" >"$dir/log" 2>&1 </dev/null ||
			{ tail -n 20 "$dir/log" >&2; die "Jool does not build for $K_NAME"; }
		touch "$dir/done"
	fi
	mapfile -t PEERS < <(find "$dir" -name 'jool_*.ko' | sort)
}
