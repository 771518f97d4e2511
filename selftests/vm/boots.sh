#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tests rely on in each guest: folders that can be written to, namespaces,
# a clean start.

. "$(dirname "$0")/../lib/lib.sh"

for dir in /tmp /run /etc /var/tmp /dev/shm; do
	check "$dir can be written to" touch "$dir/mapvne-test"
done
check_fails "the host's root cannot" touch /usr/mapvne-test
check "modules are where modprobe looks" test -e "/lib/modules/$(uname -r)/modules.dep"
check "our tools come first" test "${PATH%%:*}" = "$MAPVNE_TREE/build"
check_eq "ip finds its plug-ins" "$IP_LIB_DIR" "$MAPVNE_TREE/build"
check_fails "map is not loaded yet" test -d /sys/module/map

setup_ns a b
check "cable" veth "$a" eth0 "$b" eth0
ip -n "$a" addr add 192.0.2.1/24 dev eth0
ip -n "$b" addr add 192.0.2.2/24 dev eth0
ip -n "$a" addr add 2001:db8::1/64 dev eth0
ip -n "$b" addr add 2001:db8::2/64 dev eth0
check "link" wait_link "$a" eth0
check "ping" nsx "$a" ping -c1 -W5 192.0.2.2
check "ping6" nsx "$a" ping -c1 -W5 2001:db8::2
check "nftables" nsx "$a" nft add table ip nat
check_fails "a command that fails" false
finish
