#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# One BR with many domains at once: other prefix lengths, PSID offsets and
# lengths, interface identifiers of draft-03, explicit PSIDs without EA bits
# (as lw4o6), whole addresses, IPv4 prefixes, an end-user prefix longer than
# /64. "A MAP BR receiving IPv6 packets selects a best matching MAP domain
# rule (Rule IPv6 prefix) based on a longest address match" (RFC 7597, section
# 8.1): two of the rules lie in another one.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

need_cmd jq

# domain N IPV4 PSID|- PREFIX RULE...: one CE in it, with its LAN, tried out.
# IPV4 is an address, or a prefix where the LAN has its addresses.
domain() {
	local n=$1 ipv4=$2 psid=$3 prefix=$4 ns lanns map6 lan4 own=''
	shift 4
	check "$n: rule at the BR" mapctl -n "$br" rule add dev map0 fmr "$@" || return
	ip -n "$br" route replace "${ipv4%/32}" dev map0
	setup_ns "ce_$n" "lan_$n"
	ns=ce_$n ns=${!ns} lanns=lan_$n lanns=${!lanns}
	forwarding "$ns"
	topo_wan "$ns" "$n" "$prefix"
	mapctl -n "$ns" dev add map0 mode map-e role ce link wan prefix "$prefix" $CE_OPTS &&
	check "$n: rule at the CE" mapctl -n "$ns" rule add dev map0 bmr "$@" &&
	mapctl -n "$ns" rule add dev map0 dmr "$BR6" &&
	map6=$(mapctl -j -n "$ns" show map0 | jq -er '.[0].map_ipv6_addr') ||
		{ fail "$n: CE is ready" "$(mapctl -n "$ns" show map0)"; return; }
	if [[ $ipv4 = */32 || $ipv4 != */* ]]; then
		lan4=10.0.0 own="addr add ${ipv4%/32}/32 dev map0"
	else
		lan4=${ipv4%.*}
	fi
	ip_batch "$ns" <<-EOF &&
		addr add $map6/128 dev lo
		link set map0 up
		route add default dev map0
		link add lan up type veth peer name eth0 netns $lanns
		addr add $lan4.1/24 dev lan
		$own
	EOF
	ip_batch "$lanns" <<-EOF || { fail "$n: LAN is ready"; return; }
		link set eth0 up
		addr add $lan4.2/24 dev eth0
		route add default via $lan4.1
	EOF
	try "$n" "$lanns" "${ipv4%/32}" "$psid"
	check_no_drops "$n: nothing dropped at the CE" "$ns"
}

# try N LAN-NS IPV4 PSID|-
try() {
	local n=$1 lanns=$2 ipv4=$3 psid=$4 who
	who=$(fetch "$lanns" $SRV4:8080/who)
	check "$n: TCP: $who" seen_as "$who" "$ipv4" "$psid"
	who=$(udp "$lanns" $SRV4 8080)
	check "$n: UDP: $who" seen_as "$who" "$ipv4" "$psid"
}

# seen_as WHO IPV4 PSID: AK="OFFSET LENGTH" says where the PSID is
seen_as() {
	local addr port a k
	read -r addr port <<<"$1"
	if [[ $2 = */24 ]]; then
		[[ $addr = "${2%.*}".2 ]] && return
	fi
	[[ $addr = "$2" ]] || return
	[[ $3 != - ]] || return 0
	read -r a k <<<"$AK"
	[[ $((port >> (16 - a - k) & ((1 << k) - 1))) -eq $(($3)) && ( $a -eq 0 || $((port >> (16 - a))) -gt 0 ) ]]
}

need_root
load_map
topo_core
topo_br || fail "the BR is set up"
serve "$srv" 8080

AK="6 4" domain 11 203.0.113.5 0x9 2001:db8:4059::/48 \
	ipv6 2001:db8:4000::/40 ipv4 203.0.113.0/28 ea-len 8 psid-offset 6
AK="6 6" CE_OPTS="iid draft03" domain 12 198.18.4.210 0x2a 2001:db8:504d:2a80::/58 \
	ipv6 2001:db8:5000::/40 ipv4 198.18.0.0/20 ea-len 18 psid-offset 6 iid draft03
AK="4 8" CE_OPTS="iid draft03" domain 13 198.19.4.210 0x2a 2001:db8:6004:d22a::/64 \
	ipv6 2001:db8:6000::/40 ipv4 198.19.0.0/16 ea-len 24 psid-offset 4 iid draft03
# As lw4o6: one rule a subscriber, any IPv6 prefix, ports from 0 on.
AK="0 4" domain 14 203.0.113.77/32 0x5 2001:db8:7000:100::/56 \
	ipv6 2001:db8:7000:100::/56 ipv4 203.0.113.77/32 ea-len 0 psid-offset 0 psid 5 psid-len 4
AK="0 4" domain 15 203.0.113.77/32 0x6 2001:db8:1:200::/56 \
	ipv6 2001:db8:1:200::/56 ipv4 203.0.113.77/32 ea-len 0 psid-offset 0 psid 6 psid-len 4
# Whole addresses, by EA bits and without; the second lies in the first.
domain 16 192.0.3.5/32 - 2001:db8:8005::/48 \
	ipv6 2001:db8:8000::/40 ipv4 192.0.3.0/24 ea-len 8 psid-offset 0
domain 17 192.0.4.9/32 - 2001:db8:8006:7700::/56 \
	ipv6 2001:db8:8006:7700::/56 ipv4 192.0.4.9/32 ea-len 0 psid-offset 0
# A prefix for the LAN, no NAT.
CE_OPTS="snat off" domain 18 100.64.5.0/24 - 2001:db8:9005::/48 \
	ipv6 2001:db8:9000::/40 ipv4 100.64.0.0/16 ea-len 8 psid-offset 0
# Longer than /64.
AK="4 8" domain 19 192.0.5.18 0x34 2001:db8:a000:12:3400::/72 \
	ipv6 2001:db8:a000::/56 ipv4 192.0.5.0/24 ea-len 16 psid-offset 4

# Whole addresses are open to the outside.
serve "$ce_16" 8080
check "a server on a CE with a whole address" fetch "$srv" 192.0.3.5:8080/who
serve "$lan_18" 8080
check "a server on a LAN with a prefix" fetch "$srv" 100.64.5.2:8080/who
check_no_drops "nothing dropped at the BR" "$br"
finish
