# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Modules of others that tests talk to.

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
