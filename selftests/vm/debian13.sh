# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # set for the other parts
#
# Kernels of Debian 13 and of its backports. The programs of their kbuild need
# the C library and the compiler of Debian 13: K_ROOT is a root of it, in which
# K_BUILD is, and in which modules are compiled.

# What uname -r is like, of the packages of a kernel.
declare -A DEBIAN13=(
	[debian-13]='6\.12\.[0-9]+\+deb13-amd64'
	[debian-13-rt]='6\.12\.[0-9]+\+deb13-rt-amd64'
	[newest]='[0-9.]+\+deb13-amd64'
	[newest-rt]='[0-9.]+\+deb13-rt-amd64'
)

debian13_prepare() {
	K_ARCH=x86
	K_ROOT=$CACHE/debian-13-root
	K_DIR=$K_ROOT/srv/$1
	if [[ ! -e $K_DIR/done ]]; then
		lock debian-13
		[[ -e $K_DIR/done ]] || debian13_fetch "$1"
		unlock
	fi
	K_REL=$(<"$K_DIR/done")
	K_BUILD=/usr/src/linux-headers-$K_REL
	K_IMAGE=$K_DIR/vmlinuz
	K_MODULES=$K_DIR/modules/$K_REL
}

root13() {
	"$TREE/scripts/debian-root" -x "$K_ROOT" "$@" </dev/null
}

# The newest release that is like a pattern.
debian13_release() {
	root13 apt-cache pkgnames linux-image- | sed -nE "s/^linux-image-($1)\$/\1/p" | sort -V | tail -n1
}

# Since Linux 7 the image is in parts.
debian13_packages() {
	local part
	for part in image base binary modules; do
		root13 apt-cache show "linux-$part-$1" >/dev/null 2>&1 && echo "linux-$part-$1"
	done
}

debian13_root() {
	[[ -e $K_ROOT/done ]] || { rm -rf "$K_ROOT" && "$TREE/scripts/debian-root" --suite trixie "$K_ROOT"; } || return
	root13 apt-get -q update && touch "$K_ROOT/done"
}

# debian13_unpack FOLDER RELEASE
debian13_unpack() {
	local debs=$1/debs deb image packages
	mapfile -t packages < <(debian13_packages "$2")
	mkdir -p "$debs"
	root13 sh -c 'cd "$1" && shift && apt-get -q download "$@"' - "${debs#"$K_ROOT"}" "${packages[@]}" || return
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$1/unpacked" || return
	done
	image=$(find "$1/unpacked" -name 'vmlinuz*' -type f | head -n1)
	cp "$image" "$1/vmlinuz" && debian_modules "$1" "$2" "$1/unpacked" && rm -rf "$debs" "$1/unpacked"
}

debian13_fetch() {
	local new=$K_DIR.new log=$CACHE/debian-13.log rel
	say "fetching Debian's kernel $1 and what builds for it, some minutes (log: $log)"
	if ! {
		debian13_root && rel=$(debian13_release "${DEBIAN13[$1]}") && [[ $rel ]] &&
		root13 apt-get -q -y install --no-install-recommends "linux-headers-$rel" &&
		rm -rf "$new" && mkdir -p "$new" && debian13_unpack "$new" "$rel"
	} >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		die "Debian's kernel $1 cannot be had"
	fi
	rm -rf "$K_DIR"
	echo "$rel" >"$new/done"
	mv "$new" "$K_DIR"
}
