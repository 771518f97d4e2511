#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Timeouts are conntrack's. RFC 4787, REQ-5 wants two minutes for UDP, more than
# the kernel's default: rules of nft, as in map.rst, set them for what leaves by
# the device, and for nothing else.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd nft conntrack
# As in map.rst.
rules() {
	nsx "$ce" nft -f - <<-EOF
		table ip domain {
			ct timeout rfc4787 { protocol udp; l3proto ip; policy = { unreplied : 120, replied : 300 }; }
			chain post {
				type filter hook postrouting priority mangle
				oifname map0 meta l4proto udp ct timeout set "rfc4787"
			}
		}
	EOF
}

need_root
load_map
setup_ns ce	# to try it in; the network has another one
rules 2>/dev/null || skip "no timeouts of connections in nft"
snat_up
answers "$srv" 80 81
nsx "$ce" sysctl -qw net.netfilter.nf_conntrack_udp_timeout=30

# lasts HOST PORT: seconds that the entry has left
lasts() {
	nsx "$ce" conntrack -L -p udp -d "$1" --orig-port-dst "$2" 2>/dev/null | awk '{ print $3 }'
}

check "a flow to an address" holds one "$lan" udp $SRV4 80 1 -p 20000
check "has no more than the namespace's 30 seconds" test "$(lasts $SRV4 80)" -le 30
check "rules of nft" rules
check "a flow with the rules" holds two "$lan" udp $SRV4 81 1 -p 20001
check "has two minutes" test "$(lasts $SRV4 81)" -gt 100
check "the source is translated" is_own "$(outer two)" $CE4 0x34
finish
