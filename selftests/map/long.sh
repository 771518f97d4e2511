# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# Large TCP segments stay whole on their way through CE and BR; to be sourced
# after topo.sh and traffic.sh. One test a mode runs all of it.

need_cmd iperf3 nft jq

# watch NS HOOKED-DEV: count packets that come in by a device, and their bytes
watch_in() {
	nsx "$1" nft -f - <<-NFT
	table netdev watch {
		counter $3 { }
		chain in_$3 {
			type filter hook ingress device "$2" priority 0
			counter name $3
		}
	}
	NFT
}

# mean NS COUNTER: mean length of packets since the last time
mean() {
	nsx "$1" nft -j reset counter netdev watch "$2" |
		jq '.nftables[] | select(.counter) | .counter | if .packets > 0 then .bytes / .packets | floor else 0 end'
}

# flow WHAT IPERF3-OPTION...: run it, check that bytes arrived
flow() {
	local what=$1 out bytes
	shift
	nsx "$srv" iperf3 -s -1 -p 5201 >/dev/null &
	disown $!
	wait_listen "$srv" tcp 5201
	mean "$core" up >/dev/null
	mean "$core" down >/dev/null
	mean "$ce" lan >/dev/null
	out=$(nsx "$lan" iperf3 -c $SRV4 -p 5201 -t 2 -J "$@" 2>&1)
	bytes=$(jq '.end.sum_received.bytes // .end.sum.bytes // 0' <<<"$out")
	if [[ $bytes -gt 500000 ]]; then
		pass "$what: $bytes bytes"
	else
		fail "$what: $bytes bytes" "$(jq -r '.error // empty' <<<"$out")"
	fi
}

long() {
	if [[ $2 -gt 4000 ]]; then
		pass "$1: $2 bytes by the mean"
	else
		fail "$1" "only $2 bytes by the mean"
	fi
}

topo_up
watch_in "$core" ce1 up
watch_in "$core" tobr down
watch_in "$ce" lan lan

flow "TCP up"
long "long packets up" "$(mean "$core" up)"
flow "TCP down" -R
long "long packets down" "$(mean "$core" down)"
flow "TCP both ways" --bidir
flow "TCP, several streams" -P 4
flow "UDP up" -u -b 10M -l 1400
flow "UDP down" -u -b 10M -l 1400 -R

check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"
check_eq "nothing fragmented" "$(counter "$ce" tx_frag_inner) $(counter "$br" tx_frag_inner)" "0 0"
