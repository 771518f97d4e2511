#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# Many clients behind one address: the responder tells them apart by the TCP
# ports that the NAT gave them. One of them loses its connection, and comes back
# by another port (RFC 9329, section 6.1).

. "$(dirname "$0")/topo.sh"
. "$(dirname "$0")/sas.sh"
need_cmd ping nft

CLIENTS=64
[[ $PATIENCE = 1 ]] || CLIENTS=16

# client N: its network
client() {
	local n=$1 host
	setup_ns host
	client_ns[n]=$host
	veth "$host" wan "$east" "down$n"
	ip -n "$east" addr add "10.9.$n.1/24" dev "down$n"
	ip -n "$host" -batch - <<-BATCH
		addr add 10.9.$n.2/24 dev wan
		addr add 10.1.1.$n/32 dev lo
		route add default via 10.9.$n.1
		route add 10.2.0.1 via 10.9.$n.1 src 10.1.1.$n
	BATCH
}

opened() {
	[[ $(tool "$west" conns | grep -c '^open') -ge $1 ]]
}

sas_east() {
	sas "${client_ns[$1]}" "$1" "10.9.$1.2" $WEST4 4500 4500 "10.1.1.$1" 10.2.0.1 $((0x2000 + $1)) $((0x3000 + $1))
}

# The responder knows a client by the NAT's address and a port of its own.
sas_west() {
	sas "$west" "$1" $WEST4 $EAST4 4500 "${client_port[$1]}" 10.2.0.1 "10.1.1.$1" $((0x3000 + $1)) $((0x2000 + $1))
}

pings() {
	nsx "$1" ping -q -n -c"${2-1}" -i0.2 -W$((5 * PATIENCE)) 10.2.0.1
}

topo_up
forwarding "$east"
nsx "$east" nft -f - <<-'NFT'
	table ip nat {
		chain post {
			type nat hook postrouting priority srcnat
			oifname "outer" masquerade
		}
	}
NFT
listener_up
check "peer of the responder" tool "$west" add 1 responder $EAST4 proof-timeout=300
ip -n "$west" route add 10.1.1.0/24 dev outer src 10.2.0.1 via $EAST4
declare -a client_ns client_port
for ((n = 1; n <= CLIENTS; n++)); do
	client "$n"
done
# The last one has a program of its own, to be ended.
ip netns exec "$east" python3 "$(dirname "$0")/tool.py" clients $WEST4 4500 "${client_ns[@]:1:CLIENTS-1}" &
clients=$!
busywait 60000 opened $((CLIENTS - 1))
tool "${client_ns[CLIENTS]}" add 1 originator $WEST4
ip netns exec "${client_ns[CLIENTS]}" python3 "$(dirname "$0")/tool.py" connect 1 $WEST4 4500 &
last=$!
busywait 10000 opened $CLIENTS
check_eq "$CLIENTS connections from one address" "$(tool "$west" conns | grep -c '^open')" $CLIENTS
# They are listed in the order in which they came.
mapfile -t -O 1 client_port < <(tool "$west" conns | awk '{ print $NF }')
for ((n = 1; n <= CLIENTS; n++)); do
	sas_east "$n" && sas_west "$n"
done
check_eq "each from a port of its own" "$(printf '%s\n' "${client_port[@]}" | sort -u | wc -l)" $CLIENTS

lost=
for ((n = 1; n <= CLIENTS; n++)); do
	pings "${client_ns[n]}" >/dev/null || lost+=" $n"
done
check_eq "each of them pings" "$lost" ""
pids=()
for ((n = 1; n <= CLIENTS; n++)); do
	pings "${client_ns[n]}" 5 >/dev/null &
	pids+=($!)
done
lost=0
for pid in "${pids[@]}"; do
	wait "$pid" || lost=$((lost + 1))
done
check_eq "all at once" $lost 0
check_eq "ESP has been received from all" "$(tool "$west" stats 1 rx_unknown_spi)" 0

# One goes, and no other notices.
old=${client_port[CLIENTS]}
kill $last
check "the responder notices" busywait 5000 not opened $CLIENTS
check "another is not affected" pings "${client_ns[2]}"
ip netns exec "${client_ns[CLIENTS]}" python3 "$(dirname "$0")/tool.py" connect 1 $WEST4 4500 &
last=$!
busywait 10000 opened $CLIENTS
client_port[CLIENTS]=$(tool "$west" conns | awk '$1 == "open" { p = $NF } END { print p }')
check "it comes back by another port" test "${client_port[CLIENTS]}" != "$old"
# What an IKE daemon does when the mapping changes.
ip -n "$west" xfrm state delete src $EAST4 dst $WEST4 proto esp spi $((0x2000 + CLIENTS))
ip -n "$west" xfrm state delete src $WEST4 dst $EAST4 proto esp spi $((0x3000 + CLIENTS))
sas_west $CLIENTS
check "and pings again" pings "${client_ns[CLIENTS]}"
check "as do others" pings "${client_ns[1]}"

# While there is a way for it: else TCP waits for its last answer.
kill $clients $last
check "all of them go" busywait 10000 not opened 1
finish
