#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# IPsec over the map device: a LAN host behind a CE with a shared address has ESP
# in TCP to a gateway on the IPv4 side. UDP and ESP do not get through; the port
# of the connection is one of the CE's.

# shellcheck source=selftests/map/topo.sh
. "$(dirname "$0")/../map/topo.sh"
. "$TESTS/map/traffic.sh"
. "$(dirname "$0")/sas.sh"
need_cmd ping iperf3 nft

tool() {
	nsx "$1" python3 "$TESTS/ipsec_tcp/tool.py" "${@:2}"
}

# inner NS OWN OTHER GATEWAY: the addresses inside
inner() {
	ip -n "$1" addr add "$2/32" dev lo &&
	ip -n "$1" route add "$3/32" dev eth0 via "$4" src "$2"
}

is_open() {
	tool "$1" conns | grep -q '^open'
}

topo_up
load_module ipsec_tcp
need_module esp4 xfrm_user
nsx "$br" nft -f - <<-'NFT'
	table ip only {
		chain forward {
			type filter hook forward priority 0
			meta l4proto { udp, esp } counter drop
		}
	}
NFT
capture srv "$srv" eth0 'tcp port 4500'
check "peer of the gateway" tool "$srv" add 1 responder $CE4
ip netns exec "$srv" python3 "$TESTS/ipsec_tcp/tool.py" listen 1 4500 &
wait_listen "$srv" tcp 4500
check "peer of the LAN host" tool "$lan" add 1 originator $SRV4
ip netns exec "$lan" python3 "$TESTS/ipsec_tcp/tool.py" connect 1 $SRV4 4500 &
connector=$!
check "the connection opens" busywait 10000 is_open "$srv"
read -r port udp_port < <(tool "$srv" conns | awk '{ print $2, $NF }')
check "from a port of the CE: $port" port_in_set "$port" 0x34
check "addresses inside (LAN host)" inner "$lan" 10.1.0.1 10.2.0.1 10.0.0.1
check "addresses inside (gateway)" inner "$srv" 10.2.0.1 10.1.0.1 198.51.100.1
check "SAs of the LAN host" sas "$lan" 1 $LAN4 $SRV4 4500 4500 10.1.0.1 10.2.0.1 0x101 0x102
check "SAs of the gateway" sas "$srv" 1 $SRV4 $CE4 4500 "$udp_port" 10.2.0.1 10.1.0.1 0x102 0x101

check "ping" nsx "$lan" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check "ping with 8,000 bytes" nsx "$lan" ping -q -c3 -i0.2 -W3 -s 8000 -I 10.1.0.1 10.2.0.1
nsx "$srv" iperf3 -s >/dev/null 2>&1 &
wait_listen "$srv" tcp 5201
check "TCP" nsx "$lan" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 4M
check "TCP, the other way" nsx "$lan" timeout $((20 * PATIENCE)) iperf3 -c 10.2.0.1 -B 10.1.0.1 -n 4M -R
check "it was the connection" test "$(tool "$lan" stats 1 tx_esp)" -gt 1000
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
check_match "and nothing but TCP was there" "packets 0 " nsx "$br" nft list ruleset
# While there is a way for it: else TCP waits for its last answer.
kill "$connector"
check "the gateway notices" busywait 5000 not is_open "$srv"
finish
