# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # set for the other parts
#
# Boots a User-Mode Linux kernel on the host's root. Serial line 0 of the guest
# carries results, the console goes to a file.

uml_setup() {
	GUEST_TTY=/dev/ttyS0 GUEST_SLOW=1
	[[ $K_NAME != uml-debug ]] || GUEST_SLOW=3
}

# Standard input and output are the guest's serial line, descriptors 8
# and 9 are its console. Its memory is an unlinked file.
uml_command() {
	export TMPDIR=/dev/shm
	[[ -w $TMPDIR ]] || TMPDIR=$JOB
	local extra=()
	[[ $K_NAME != uml-debug ]] || extra=(kasan_multi_shot)
	GUEST_CMD=("$K_IMAGE" mem="${MEM}M" umid=vm uml_dir="$JOB/"
		root=/dev/root rootfstype=hostfs rootflags=/ ro init="$JOB/init"
		con=null "con0=fd:8,fd:9" ssl=null "ssl0=fd:0,fd:1"
		ignore_loglevel printk.time=1 log_buf_len=1M
		panic=-1 oops=panic "${extra[@]}" "mapvne.job=$JOB")
}
