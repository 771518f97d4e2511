#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ethtool -i names the driver; the counters of ethtool -S and of mapctl are
# those of the netlink specification, in its order.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
need_cmd ethtool
load_map
spec=../../Documentation/netlink/specs/map.yaml
ip link add m0 type map snat off

check_match "the driver" $'driver: map\n'"version: $(<../../VERSION)" ethtool -i m0
check_match "the link" "Link detected: (yes|no)" ethtool m0
names=$(sed -n '/^    name: stats$/,/^    name: flow$/s/^        name: //p' $spec | grep -vx pad | tr - _)
check_eq "counters of ethtool -S are those of the specification" \
	"$(ethtool -S m0 | sed -n 's/^ *\([a-z0-9_]*\): [0-9]*$/\1/p')" "$names"
stats=$(mapctl -s -j stats m0)
check_eq "so are those of mapctl" \
	"$(grep -o '"[a-z0-9_]*":[0-9]' <<<"$stats" | cut -d'"' -f2)" "$names"
check_match "the device counts for ip -s link" "RX: +bytes +packets" ip -s link show m0

# What is counted is the same everywhere.
ip link set m0 up
ip addr add 192.0.2.18/32 dev m0
ip route add default dev m0
ping -c3 -i 0.01 -W 0.1 198.51.100.1 >/dev/null
check_match "ethtool counts" "tx_not_ready: 3" ethtool -S m0
check_match "mapctl counts" '"tx_not_ready":3' mapctl -j stats m0
check_match "ip counts" '"tx":.*"dropped":3' ip -j -s link show m0

finish
