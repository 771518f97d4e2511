# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # set for the other parts
#
# Finds or makes a kernel in the cache. kernel_prepare NAME sets:
#   K_DIR     its folder in the cache
#   K_REL     release, as uname -r says it
#   K_ARCH    um or x86
#   K_BUILD   what M= builds are made against, a path in K_ROOT
#   K_ROOT    empty, or the root in which modules have to be compiled
#   K_IMAGE   what boots
#   K_MODULES the modules/REL folder with the kernel's own modules
# A folder counts as finished once it has the file "done", written last.

KERNELS="uml uml-debug debian-6.1 debian-6.12 debian-13 debian-13-rt newest newest-rt"

# Debian's modules that tests of network code can need. All of them would take
# a minute to unpack, and depmod ten seconds after each edit.
DEBIAN_MODULES="net crypto lib arch/x86/crypto fs/9p fs/netfs fs/fscache fs/overlayfs
	drivers/net/*.ko* drivers/net/vxlan drivers/net/wireguard drivers/net/ipvlan
	drivers/virtio drivers/crypto/virtio drivers/char/hw_random drivers/net/netdevsim"

kernel_prepare() {
	K_NAME=$1 K_ROOT=
	case $1 in
	uml|uml-debug) uml_prepare ;;
	debian-13*|newest*) debian13_prepare "$1" ;;
	debian-*) debian_prepare "${1#debian-}" ;;
	*) die "no kernel '$1'; there are: $KERNELS" ;;
	esac
}

source_is_right() {
	[[ $(cat "$SRC/.mapvne-version" 2>/dev/null) = "$SRC_VERSION" ]] &&
	cmp -s "$SRC/.mapvne-patch" "$VM/uml-debug.patch"
}

# The source is shared by both UML kernels and has to stay where they were
# built from. The patch matters to uml-debug alone.
source_prepare() {
	local pkg=linux-source-6.12 ver patch=$VM/uml-debug.patch
	SRC=$CACHE/$pkg
	ver=$(dpkg-query -W -f '${Version}' $pkg 2>/dev/null) ||
		die "package $pkg is missing: run scripts/install-deps uml"
	SRC_VERSION=$ver
	source_is_right && return

	lock source
	if ! source_is_right; then
		say "unpacking $pkg $ver"
		rm -rf "$SRC" "$SRC.new"
		mkdir -p "$SRC.new"
		tar -C "$SRC.new" --strip-components=1 -xf "/usr/src/$pkg.tar.xz" ||
			die "cannot unpack /usr/src/$pkg.tar.xz"
		git -C "$SRC.new" apply "$patch" || die "cannot apply $patch"
		cp "$patch" "$SRC.new/.mapvne-patch"
		echo "$ver" >"$SRC.new/.mapvne-version"
		mv "$SRC.new" "$SRC"
	fi
	unlock
}

uml_configs() {
	echo "$VM/uml.config"
	[[ $K_NAME = uml ]] || echo "$VM/uml-debug.config"
}

uml_prepare() {
	local key configs
	source_prepare
	mapfile -t configs < <(uml_configs)
	key=$({ echo "$SRC_VERSION"; gcc -dumpfullversion; cat "${configs[@]}"
		[[ $K_NAME = uml ]] || cat "$VM/uml-debug.patch"; } | sha256sum)
	K_DIR=$CACHE/$K_NAME-${SRC_VERSION%%-*}-${key:0:12}
	K_ARCH=um
	K_BUILD=$K_DIR/build
	K_IMAGE=$K_DIR/linux
	if [[ ! -e $K_DIR/done ]]; then
		lock "$K_NAME"
		[[ -e $K_DIR/done ]] || uml_build
		unlock
	fi
	K_REL=$(<"$K_DIR/done")
	K_MODULES=$K_DIR/lib/modules/$K_REL
}

uml_build() {
	local mk=(make -s -C "$SRC" ARCH=um "O=$K_BUILD") log=$K_DIR/build.log
	say "building kernel $K_NAME $SRC_VERSION, some minutes (log: $log)"
	mkdir -p "$K_BUILD"
	if ! {
		"${mk[@]}" allnoconfig &&
		cat "${configs[@]}" >>"$K_BUILD/.config" &&
		"${mk[@]}" olddefconfig &&
		"${mk[@]}" -j"$((JOBS + 1))" linux modules &&
		"${mk[@]}" INSTALL_MOD_PATH="$K_DIR" modules_install &&
		cp "$K_BUILD/linux" "$K_IMAGE"
	} >"$log" 2>&1 </dev/null; then
		tail -n 30 "$log" >&2
		die "kernel $K_NAME does not build"
	fi
	cp "$K_BUILD/include/config/kernel.release" "$K_DIR/done"
}

# Dependency of a package whose name matches a pattern.
depends() {
	apt-cache depends --important "$1" 2>/dev/null |
		awk -v p="$2" '$1 ~ /Depends:/ && $2 ~ p { print $2; exit }'
}

# Image and headers are fetched together, so that their versions agree, and
# unpacked here: an installed image would be the next kernel of this machine.
debian_prepare() {
	local link=$CACHE/debian-$1
	K_ARCH=x86
	if [[ ! -e $link/done ]]; then
		lock "debian-$1"
		[[ -e $link/done ]] || debian_fetch "$1" "$link"
		unlock
	fi
	K_DIR=$(cd "$link" && pwd -P)
	K_REL=$(<"$K_DIR/done")
	K_BUILD=$K_DIR/usr/src/linux-headers-$K_REL
	K_IMAGE=$K_DIR/boot/vmlinuz-$K_REL
	K_MODULES=$K_DIR/modules/$K_REL
}

debian_download() {
	local meta=linux-image-$1-amd64 image rel
	[[ $1 != 6.1 ]] || meta=linux-image-amd64
	image=$(depends "$meta" '^linux-image-[0-9]')
	[[ $image ]] || return
	rel=${image#linux-image-}
	echo "$rel" >"$2/release"
	(cd "$2" && apt-get -q download "$image" "linux-headers-$rel" \
		"$(depends "linux-headers-$rel" -common)" \
		"$(depends "linux-headers-$rel" ^linux-kbuild)")
}

debian_fetch() {
	local new=$2.new deb rel
	say "fetching Debian's kernel $1"
	rm -rf "$new"
	mkdir -p "$new/debs"
	# The lists may be missing, or name a version that is no longer there.
	debian_download "$1" "$new/debs" >"$new/log" 2>&1 ||
		{ apt-get -q update && debian_download "$1" "$new/debs"; } >"$new/log" 2>&1 ||
		{ cat "$new/log" >&2; die "cannot fetch Debian's kernel $1"; }
	rel=$(<"$new/debs/release")
	for deb in "$new"/debs/*.deb; do
		dpkg-deb -x "$deb" "$new" || die "cannot unpack $deb"
	done
	# The headers name their common part by its installed place.
	sed -i "s| /usr/src/| $2/usr/src/|" "$new/usr/src/linux-headers-$rel/Makefile"
	debian_modules "$new" "$rel" || die "cannot unpack the modules of $rel"
	(cd "$new" && rm -rf debs lib/modules usr/lib/modules usr/share log)
	rm -rf "$2"
	echo "$rel" >"$new/done"
	mv "$new" "$2"
}

# debian_modules FOLDER RELEASE [UNPACKED]: those that tests need
debian_modules() {
	local from=${3-$1}/lib/modules/$2 to=$1/modules/$2 dirs
	[[ -d $from ]] || from=${3-$1}/usr/lib/modules/$2
	mkdir -p "$to"
	cp "$from"/modules.{builtin,builtin.modinfo,order} "$to"
	# shellcheck disable=SC2086 # a list of patterns
	dirs=$(cd "$from/kernel" && ls -d $DEBIAN_MODULES 2>/dev/null)
	(cd "$from/kernel" && mkdir -p "$to/kernel" && echo "$dirs" | xargs cp -r --parents -t "$to/kernel") || return
	# Under emulation unpacking a module takes longer than loading it.
	find "$to" -name '*.ko.xz' -print0 | xargs -0r -P"$JOBS" -n64 xz -d
}
