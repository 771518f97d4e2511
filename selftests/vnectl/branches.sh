# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Branches with strongSwan, and vnectl, and a center, $west; the router between them
# lets only TCP pass.
#
#	branch 1  10.9.1.2, inside 10.1.1.1  ]
#	branch 2  10.9.2.2, inside 10.1.1.2  ]- router - center  192.0.2.2, inside 10.2.0.1
#	...                                  ]

# shellcheck source=selftests/vnectl/charon.sh
. "$(dirname "${BASH_SOURCE[0]}")/charon.sh"

declare -a BRANCH
# For each daemon; there are many.
CHARON_LINES=('threads = 6')
AUTH=psk

# hub_up: the router, without anybody
hub_up() {
	need_root
	need_cmd ip swanctl vnectl nft ping
	[[ -x $CHARON ]] || skip "no strongSwan"
	need_module esp4 xfrm_user
	load_module ipsec_tcp
	setup_ns hub
	forwarding "$hub"
	nsx "$hub" nft -f - <<-NFT
	table ip only {
		chain forward {
			type filter hook forward priority 0
			meta l4proto { udp, esp } drop
		}
	}
	NFT
}

# member NS PORT NET INNER: has a link to the router, address 2 of NET
member() {
	veth "$1" outer "$hub" "$2" &&
	ip -n "$hub" addr add "$3.1/24" dev "$2" &&
	ip -n "$1" addr add "$3.2/24" dev outer &&
	ip -n "$1" addr add "$4/32" dev lo &&
	ip -n "$1" route add default via "$3.1" src "$4" &&
	ip -n "$1" route add 10.9.0.0/16 via "$3.1" &&
	ip -n "$1" route add 192.0.2.0/24 via "$3.1" 2>/dev/null
	wait_link "$1" outer
}

# center_up: also again, after its namespace went
center_up() {
	setup_ns west
	member "$west" center 192.0.2 10.2.0.1 &&
	charon_files "$west" $WEST4 %any west %any 10.2.0.1/32 10.1.1.0/24 &&
	charon_start "$west" &&
	charon_load "$west" &&
	clients_up 10.9.0.0/16 'idle-timeout = 30'
}

# branch N: everything, daemons started but not waited for
branch() {
	local n=$1 ns
	setup_ns branch
	# shellcheck disable=SC2154 # by setup_ns
	ns=$branch BRANCH[n]=$branch
	member "$ns" "b$n" "10.9.$n" "10.1.1.$n" &&
	ip -n "$ns" xfrm policy add src "10.1.1.$n" dst 10.2.0.1 dir out action block priority 10000000 &&
	charon_files "$ns" "10.9.$n.2" $WEST4 "branch$n" west "10.1.1.$n/32" 10.2.0.1/32 &&
	charon_start "$ns" || return
	cat >"$WORK/$ns.conf" <<-CONF
		ipsec-transport "hq" {
			transport = tcp
			remote = $WEST4
			user-timeout = 3
			reconnect-max = 2
		}
	CONF
	vnectl -n "$ns" run "$WORK/$ns.conf" 2>>"$WORK/$ns.log" &
}

# each FROM TO COMMAND...: with the namespace of each of these branches, all at
# once; says for how many it failed.
each() {
	local n from=$1 to=$2 pids=() failed=0 pid
	shift 2
	for ((n = from; n <= to; n++)); do
		"$@" "${BRANCH[n]}" >/dev/null 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	echo $failed
}

initiate() {
	swan "$1" --initiate --child net --timeout $((30 * PATIENCE))
}
pings() {
	slowwait 20 nsx "$1" ping -q -n -c2 -i0.2 -W$((2 * PATIENCE)) 10.2.0.1
}
connections() {
	[[ $(shown "$west") = "1 $1" ]]
}
