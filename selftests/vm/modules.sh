# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Our modules, built for the kernel that kernel_prepare chose. Each kernel has
# its own copy of the sources in the cache: objects of several kernels never
# meet, and the tree stays clean.

SOURCES="VERSION Kbuild kernel uapi selftests/unit selftests/matrix/Kbuild selftests/matrix/map_shapes.c"
PRODUCTS="*.o *.o.d *.ko *.mod *.mod.c .*.cmd .*.d modules.order Module.symvers .module-common.o"

# modules_sync FOLDER: bring the copy up to date, keep what was built in it. What
# changed gets the time of now: a file that is saved while the one before it is
# compiled would have a time before its object's, and never be compiled.
modules_sync() {
	local args=(-a --checksum --no-times --delete --no-owner --no-group) pattern src
	for pattern in $PRODUCTS; do
		args+=("--exclude=$pattern")
	done
	mkdir -p "$1"
	for src in $SOURCES; do
		[[ -e $TREE/$src ]] || continue
		mkdir -p "$1/$(dirname "$src")"
		rsync "${args[@]}" "$TREE/$src" "$1/$(dirname "$src")/" || return
	done
}

# Without BTF: it needs pahole and takes seconds, and nothing here reads it.
# modules_make FOLDER [ARG...]
modules_make() {
	local dir=$1 make=(make)
	shift
	[[ ! $K_ROOT ]] || make=("$TREE/scripts/debian-root" -x "$K_ROOT" make)
	# What only tests need, see kernel/map/debug.h.
	[[ $K_NAME != uml-debug ]] || set -- KCFLAGS=-DMAP_DEBUG "$@"
	"${make[@]}" -s -C "$K_BUILD" ARCH="$K_ARCH" M="${dir#"$K_ROOT"}" -j"$JOBS" \
		CONFIG_DEBUG_INFO_BTF_MODULES= MAPVNE_TESTS=y "$@" modules </dev/null
}

modules_folder() {
	echo "$K_DIR/$1-$(tree_key)"
}

# modules_build: compile, and set M_STAGE to a modules/REL folder that has the
# kernel's modules and ours, with depmod done. Called with the lock held.
modules_build() {
	local dir
	dir=$(modules_folder ext)
	M_STAGE=$dir/stage/lib/modules/$K_REL
	if [[ ! -e $TREE/kernel/map/Kbuild ]]; then
		mkdir -p "$dir/src"
	elif [[ $BUILD = 1 || ! -d $M_STAGE ]]; then
		modules_sync "$dir/src" || die "cannot copy the sources"
		modules_make "$dir/src" || die "the modules do not build for $K_NAME"
	fi
	peers_build
	modules_stage "$dir/src"
}

# The modules of a build folder.
modules_built() {
	local ko
	# Newer kernels list objects, older ones modules.
	for ko in $(sed 's/\.o$/.ko/' "$1/modules.order" 2>/dev/null); do
		if [[ $ko = /* ]]; then
			echo "$K_ROOT$ko"
		else
			echo "$1/$ko"
		fi
	done
}

modules_stage() {
	local built sum
	mapfile -t built < <(modules_built "$1")
	built+=("${PEERS[@]}")
	# depmod takes a while with a distribution's modules.
	sum=$(cat "${built[@]}" /dev/null "${BASH_SOURCE[0]}" | sha256sum)
	[[ $(cat "$M_STAGE/sum" 2>/dev/null) != "$sum" ]] || return 0
	rm -rf "$M_STAGE"
	mkdir -p "$M_STAGE/extra"
	[[ ${#built[@]} = 0 ]] || cp -p "${built[@]}" "$M_STAGE/extra/"
	[[ ! -d $K_MODULES/kernel ]] || ln -sfn "$K_MODULES/kernel" "$M_STAGE/kernel"
	cp -p "$K_MODULES"/modules.{builtin,builtin.modinfo,order} "$M_STAGE" 2>/dev/null
	depmod -b "$1/../stage" "$K_REL" && echo "$sum" >"$M_STAGE/sum"
}

# A run keeps what it booted with, whatever is rebuilt meanwhile.
modules_snapshot() {
	mkdir -p "$1/modules"
	cp -a "$M_STAGE" "$1/modules/"
}
