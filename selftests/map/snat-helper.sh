#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A helper that would announce ports of its own choice to the other end (FTP,
# SIP) is not let near a connection that leaves a shared address, whether a rule
# assigns it before source NAT or after.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

need_cmd nft
need_module nf_conntrack_ftp
snat_up
answers "$srv" 80 2121 2122 2123

nsx "$ce" nft -f - <<-NFT
	table ip t {
		ct helper ftp {
			type "ftp" protocol tcp
		}
		chain early {
			type filter hook prerouting priority mangle
			tcp dport 2121 ct helper set "ftp"
		}
		chain late_forward {
			type filter hook forward priority filter
			tcp dport 2122 ct helper set "ftp"
		}
		chain late {
			type filter hook postrouting priority 200
			tcp dport 2123 ct helper set "ftp"
		}
	}
NFT

counter_now snat_helper_refused
for port in 2121 2122; do
	check "connection to port $port" holds $port "$lan" tcp $SRV4 $port 1
	check_own "in the port set" 1 0x34 outer $port
done
counter_more "both helpers are refused and counted" snat_helper_refused 2
check "a rule after source NAT" holds late "$lan" tcp $SRV4 2123 1
check_own "in the port set" 1 0x34 outer late
check_fails "no connection has a helper" grep -q helper <(nsx "$ce" conntrack -L 2>/dev/null)

# The same helper does its work on an address that is not shared.
check "a full address" mapctl -n "$ce" rule replace dev map0 - <<-JSON
	[ { "type": "bmr", "ipv6": "2001:db8:12:3400::/56", "ipv4": "$CE4/32", "ea_len": 0 },
	  { "type": "dmr", "ipv6": "$BR6" } ]
JSON
check "the BR knows" mapctl -n "$br" rule replace dev map0 - <<-JSON
	[ { "type": "fmr", "ipv6": "2001:db8:12:3400::/56", "ipv4": "$CE4/32", "ea_len": 0 } ]
JSON
ip -n "$ce" addr add 2001:db8:12:3400:0:c000:212:0/128 dev lo
counter_now snat_helper_refused
check "connection to port 2121" holds full "$lan" tcp $SRV4 2121 1
counter_more "its helper stays" snat_helper_refused 0
check "and is seen" grep -q helper=ftp <(nsx "$ce" conntrack -L 2>/dev/null)
finish
