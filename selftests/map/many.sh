#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# Many devices: each has the memory that it needs, charged to who made it, and
# a dump has each of them once.

. "$(dirname "$0")/topo.sh"

need_root
need_cmd jq
load_map
setup_ns node
N=300

cpus=$(awk -F- '{ print $NF + 1 }' /sys/devices/system/cpu/possible)
percpu() {
	awk '$1 == "Percpu:" { print $2 }' /proc/meminfo
}
# made OPTIONS: devices with indices in all parts of the kernel's table
made() {
	local -i i
	for ((i = 1; i <= N; i++)); do
		echo "link add index $((1000 + i * 3)) name m$i type map $1$(printf '%x' $i)"
	done | ip_batch "$node"
}
gone() {
	ip -n "$node" -j link show type map | jq -r '.[] | "link del \(.ifname)"' | ip_batch "$node"
}

# What the core takes for any device with IPv6 is less than 4 KiB.
before=$(percpu)
check "$N ipip devices" made "mode ipip remote 2001:db8:ffff::1 local 2001:db8:1::"
per=$((($(percpu) - before) * 1024 / N / cpus))
check "take $per bytes of per-CPU memory each" test $per -lt 6144
check_eq "mapctl lists each of them once" \
	"$(mapctl -n "$node" -j show | jq -r '.[].ifname' | sort -V | tr '\n' ' ')" \
	"$(printf 'm%d\n' $(seq $N) | sort -V | tr '\n' ' ')"
check "deleted" gone

# A BR may send to many CEs: up to 16 KiB of routes.
cg=/sys/fs/cgroup/map-many-$$
if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null &&
   echo +memory >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null && mkdir $cg; then
	defer "rmdir $cg"
	charged() {
		awk '$1 == "percpu" { print $2 }' $cg/memory.stat
	}
	enough() {
		[[ $(charged) -ge $1 ]]
	}
	in_group() {
		sh -c "echo \$\$ >$cg/cgroup.procs && exec \"\$@\"" sh "$@"
	}
	br=(dev add br role br local 2001:db8:ffff::2)
	check "a BR" in_group mapctl -n "$node" "${br[@]}"
	had=$(charged)
	check "with a rule for 65,536 CEs" in_group mapctl -n "$node" rule add dev br fmr $RULE
	check "its routes are charged to who made the rule" \
		busywait 5000 enough $((had + 16384 * cpus))
	check "and no more without the rule" mapctl -n "$node" rule flush dev br
	more() { [[ $(charged) -ge $((had + 8192 * cpus)) ]]; }
	check "memory is given back" busywait 5000 not more
fi
finish
