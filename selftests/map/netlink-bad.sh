#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Malformed messages to the family "map" and to rtnetlink: each is refused with
# an errno, a message and the place of what is wrong, and changes nothing.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
need_cmd python3
load_map
export PYTHONDONTWRITEBYTECODE=1
check "devices" ip link add m0 type map prefix 2001:db8:12:3400::/56
check "with rules" mapctl rule add dev m0 \
	bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
ip link add d0 type veth peer name d1
if python3 ./netlink_bad.py; then
	pass "malformed messages"
else
	fail "malformed messages"
fi

finish
