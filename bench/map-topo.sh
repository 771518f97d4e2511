# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# One line of four namespaces for each way to connect, all there at once so
# that they can be measured in turn:
#
#   lan 10.0.0.2 --- ce ====(the way)==== br --- srv 198.51.100.2
#
# Packets for 198.18.0.0/15 end at srv, too: connections without number.

. "$(dirname "${BASH_SOURCE[0]}")/line.sh"

SHARED4=192.0.2.18
CE6=2001:db8:12:3400:0:c000:212:34
BR6=2001:db8:ffff::1
DMR=64:ff9b::/96
# 63 ranges: the default of RFC 7597, section 5.1.
OFFSET=6
PSID_LEN=8
PSID=52
# line WAY: namespaces, cables, LAN and server side addresses
line() {
	local way=$1 lan ce br srv
	nodes "$way" lan ce br srv
	lan=$(ns "$way" lan) ce=$(ns "$way" ce) br=$(ns "$way" br) srv=$(ns "$way" srv)
	forwarding "$ce" "$br"
	veth "$lan" eth0 "$ce" inside
	veth "$ce" wan "$br" wan
	veth "$br" outside "$srv" eth0
	ip -n "$lan" addr add 10.0.0.2/24 dev eth0
	steady_tcp "$lan" 10.0.0.1 1460
	ip -n "$ce" addr add 10.0.0.1/24 dev inside
	ip -n "$ce" addr add 2001:db8:f::1/64 dev wan
	ip -n "$br" addr add 2001:db8:f::2/64 dev wan
	ip -n "$br" addr add 198.51.100.1/24 dev outside
	ip -n "$srv" addr add 198.51.100.2/24 dev eth0
	steady_tcp "$srv" 198.51.100.1 1460
	ip -n "$br" route add 198.18.0.0/15 via 198.51.100.2
	ip -n "$br" -6 addr add "$BR6/128" dev lo
	ip -n "$ce" -6 addr add "$CE6/128" dev lo
	ip -n "$ce" -6 route add "$BR6/128" via 2001:db8:f::2
	ip -n "$br" -6 route add 2001:db8::/40 via 2001:db8:f::1
	sink "$srv"
}

masquerade() {
	nsx "$1" nft -f - <<-NFT
		table ip nat {
			chain post {
				type nat hook postrouting priority srcnat
				oifname "$2" snat to $SHARED4
			}
		}
	NFT
}

# As the scripts in use do it, with nft for iptables: a rule a range marks every
# n-th connection, and a rule a range and protocol translates what has the mark.
rule_a_range() {
	local n first proto
	{
		echo 'table ip nat {'
		echo 'chain pre {'
		echo 'type nat hook prerouting priority dstnat'
		for ((n = 0; n < 63; n++)); do
			echo "numgen inc mod 63 == $n meta mark set $((n + 17))"
		done
		echo '}'
		echo 'chain post {'
		echo 'type nat hook postrouting priority srcnat'
		for ((n = 0; n < 63; n++)); do
			first=$(((n + 1) << (16 - OFFSET) | PSID << (16 - OFFSET - PSID_LEN)))
			for proto in icmp tcp udp; do
				echo "meta l4proto $proto oifname $2 meta mark $((n + 17))" \
					"snat to $SHARED4:$first-$((first + 3))"
			done
		done
		printf '}\n}\n'
	} | nsx "$1" nft -f -
}

plain() {
	line "$1"
	ip -n "$(ns "$1" ce)" addr add 203.0.113.1/24 dev wan
	ip -n "$(ns "$1" br)" addr add 203.0.113.2/24 dev wan
	ip -n "$(ns "$1" ce)" route add default via 203.0.113.2
	ip -n "$(ns "$1" br)" route add "$SHARED4/32" via 203.0.113.1
	masquerade "$(ns "$1" ce)" wan
}

ip6tnl() {
	line "$1"
	ip -n "$(ns "$1" ce)" link add tnl type ip6tnl mode ipip6 \
		local "$CE6" remote "$BR6" encaplimit none dev wan
	ip -n "$(ns "$1" br)" link add tnl type ip6tnl mode ipip6 \
		local "$BR6" remote "$CE6" encaplimit none dev wan
	ip -n "$(ns "$1" ce)" link set tnl up
	ip -n "$(ns "$1" br)" link set tnl up
	ip -n "$(ns "$1" ce)" route add default dev tnl
	ip -n "$(ns "$1" br)" route add "$SHARED4/32" dev tnl
}

ip6tnl_masquerade() {
	ip6tnl "$1"
	masquerade "$(ns "$1" ce)" tnl
}

ip6tnl_ranges() {
	ip6tnl "$1"
	rule_a_range "$(ns "$1" ce)" tnl
}

# map WAY [fmr]: hub and spoke, as a tunnel is, or with a rule to look up
map() {
	local rule="ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset $OFFSET"
	line "$1"
	# shellcheck disable=SC2086 # words
	{
		mapctl -n "$(ns "$1" br)" dev add map0 mode map-e role br local "$BR6"
		mapctl -n "$(ns "$1" br)" rule add dev map0 fmr $rule
		mapctl -n "$(ns "$1" ce)" dev add map0 mode map-e role ce link wan \
			prefix 2001:db8:12:3400::/56
		mapctl -n "$(ns "$1" ce)" rule add dev map0 bmr $rule ${2-}
		mapctl -n "$(ns "$1" ce)" rule add dev map0 dmr "$BR6"
	}
	ip -n "$(ns "$1" br)" link set map0 up
	ip -n "$(ns "$1" ce)" link set map0 up
	ip -n "$(ns "$1" br)" route add 192.0.2.0/24 dev map0
	ip -n "$(ns "$1" ce)" route add default dev map0
}

# The same by translation.
map_t() {
	local rule="ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset $OFFSET"
	local ce br
	line "$1"
	ce=$(ns "$1" ce) br=$(ns "$1" br)
	# shellcheck disable=SC2086 # words
	{
		mapctl -n "$br" dev add map0 mode map-t role br
		mapctl -n "$br" rule add dev map0 fmr $rule
		mapctl -n "$br" rule add dev map0 dmr $DMR
		mapctl -n "$ce" dev add map0 mode map-t role ce link wan \
			prefix 2001:db8:12:3400::/56
		mapctl -n "$ce" rule add dev map0 bmr $rule
		mapctl -n "$ce" rule add dev map0 dmr $DMR
	}
	ip -n "$br" link set map0 up
	ip -n "$ce" link set map0 up
	ip -n "$ce" -6 addr del "$CE6/128" dev lo
	ip -n "$ce" -6 route add "$CE6/128" dev map0
	ip -n "$ce" -6 route add $DMR via 2001:db8:f::2
	ip -n "$br" -6 route add $DMR via fe80::1 dev map0
	ip -n "$br" route add 192.0.2.0/24 dev map0
	ip -n "$ce" route add default dev map0
}

map_mesh() {
	map "$1" fmr
}

# The same with 65,536 rules at both ends.
map_full() {
	local node bmr
	map "$1" fmr
	bmr='"ipv6": "2001:db8::/40", "ipv4": "192.0.2.0/24", "ea_len": 16, "psid_offset": '$OFFSET
	for node in ce br; do
		{
			if [[ $node = ce ]]; then
				echo "[ { \"type\": \"bmr\", \"fmr\": true, $bmr },"
				echo "  { \"type\": \"dmr\", \"ipv6\": \"$BR6\" }"
			else
				echo "[ { \"type\": \"fmr\", $bmr }"
			fi
			awk 'BEGIN {
				for (i = 0; i < 65535; i++)
					printf ", { \"type\": \"fmr\", \"ipv6\": \"2400:%x::/32\", " \
						"\"ipv4\": \"%d.%d.%d.0/24\", \"ea_len\": 16, " \
						"\"psid_offset\": 6 }\n", i, \
						20 + i / 65536, int(i / 256) % 256, i % 256
			}'
			echo ']'
		} >"/tmp/rules-$node.json"
		mapctl -n "$(ns "$1" "$node")" rule replace dev map0 "/tmp/rules-$node.json" ||
			fail "65,536 rules at the $node"
	done
}
