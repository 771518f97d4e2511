# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # set for the other parts
#
# Boots Debian's kernel in QEMU: first serial port is the console (to a file),
# the second carries results, root is the host's over 9p, or GUEST_ROOT.

qemu_setup() {
	GUEST_TTY=/dev/ttyS1 GUEST_SLOW=8
	# Both processors on one thread: with a thread each, one may run into the
	# breakpoint of code that the other is patching (static keys) after the
	# patch is done, and the guest dies of an int3 that nobody knows.
	ACCEL="-accel tcg,thread=single -cpu max"
	if kvm_works; then
		ACCEL="-accel kvm -cpu host"
		GUEST_SLOW=1
	fi
	lock "$K_NAME"
	initrd_prepare
	unlock
}

# A /dev/kvm may be there and still not run an ordinary kernel. One that works
# gets as far as not finding a root within seconds.
kvm_works() {
	local verdict
	[[ -w /dev/kvm && ! ${MAPVNE_NO_KVM-} ]] || return
	verdict=$CACHE/kvm-$(</proc/sys/kernel/random/boot_id)
	if [[ ! -e $verdict ]]; then
		rm -f "$CACHE"/kvm-*
		if timeout -k 1 8 qemu-system-x86_64 -accel kvm -cpu host -m 512 -display none -nodefaults \
			-no-reboot -serial stdio -kernel "$K_IMAGE" \
			-append "console=ttyS0 panic=-1" </dev/null 2>&1 | grep -q 'Kernel panic'; then
			echo yes
		else
			echo no
		fi >"$verdict"
	fi
	[[ $(<"$verdict") = yes ]]
}

# What it takes to mount the host's root, in the order of loading.
initrd_modules() {
	local name
	for name in virtio_pci 9pnet_virtio 9p overlay; do
		modprobe -d "$M_STAGE/../../.." -S "$K_REL" --show-depends "$name" 2>/dev/null
	done | awk '$1 == "insmod" && !s[$2]++ { print $2 }'
}

# The package busybox has a dynamic program of the same name: without libraries
# the guest would die of a missing init.
busybox_check() {
	[[ -x /bin/busybox ]] || die "/bin/busybox is missing: install busybox-static"
	! ldd /bin/busybox >/dev/null 2>&1 ||
		die "/bin/busybox needs libraries: install busybox-static in place of busybox"
	/bin/busybox --list | grep -qx switch_root ||
		die "/bin/busybox has no switch_root: install busybox-static"
}

# Made anew when something that it is made of has changed.
initrd_prepare() {
	local dir ko n=10 modules
	INITRD=$K_DIR/initrd-$(cat "$VM/qemu.sh" /bin/busybox | sha256sum | cut -c1-12)
	[[ ! -e $INITRD ]] || return 0
	busybox_check
	modules=$(initrd_modules)
	[[ $modules = *virtio* || $modules = *9p* ]] ||
		die "no modules for the initramfs in $M_STAGE (of virtio and 9p)"
	dir=$K_DIR/initrd.new
	rm -rf "$dir"
	mkdir -p "$dir"/{bin,m,dev,proc,new}
	cp /bin/busybox "$dir/bin/"
	for ko in $modules; do
		cp "$ko" "$dir/m/$((n++))-${ko##*/}" || die "cannot copy $ko for the initramfs"
	done
	cat >"$dir/init" <<-'INIT'
		#!/bin/busybox sh
		b=/bin/busybox
		$b mount -t proc none /proc
		for m in /m/*; do $b insmod "$m"; done
		$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro root /new
		job=$($b sed 's/.*mapvne.job=\([^ ]*\).*/\1/' /proc/cmdline)
		exec $b switch_root /new "$job/init"
	INIT
	chmod +x "$dir/init"
	(cd "$dir" && find . | cpio -o -H newc -R 0:0 --quiet) >"$INITRD.new" || die "cannot make the initramfs"
	rm -rf "$dir"
	mv "$INITRD.new" "$INITRD"
}

# The clock source is settled from the start: no watchdog has to find it
# unstable.
QEMU_APPEND="console=ttyS0 ignore_loglevel printk.time=1 log_buf_len=1M panic=-1 oops=panic"
QEMU_APPEND+=" tsc=unstable"

# Standard input and output are the guest's second serial line, descriptor 9 is
# the first, its console.
qemu_command() {
	# shellcheck disable=SC2206 # several words
	GUEST_CMD=(qemu-system-x86_64 $ACCEL -smp 2 -m "$MEM" -display none -no-reboot -nodefaults
		-kernel "$K_IMAGE" -initrd "$INITRD"
		-chardev "file,id=console,path=/dev/fd/9,append=on" -serial chardev:console
		-chardev "stdio,id=results,signal=off" -serial chardev:results
		-object "rng-random,filename=/dev/urandom,id=rng" -device "virtio-rng-pci,rng=rng"
		-virtfs "local,path=${GUEST_ROOT:-/},mount_tag=root,security_model=none,readonly=on,multidevs=remap"
		-append "$QEMU_APPEND mapvne.job=$JOB")
}
