# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Branches with strongSwan, and vnectl, and a center, $west; the router between them
# lets only TCP pass.
#
#	branch 1  10.9.1.2, inside 10.1.1.1  ]
#	branch 2  10.9.2.2, inside 10.1.1.2  ]- router - center  192.0.2.2, inside 10.2.0.1
#	...                                  ]
#
# A branch may stand for several peers: connections "hq1", "hq2" and so on of its
# daemons, each with an identity, an outer and an inner address of its own. To TCP
# and to IKE of the center they are as different as those of different branches.
# Since originators of one daemon have to differ in "remote", the center has as many
# outer addresses as a branch:
#
#	branch 1, peer 1  10.9.1.2, inside 10.1.1.1, to 192.0.2.2
#	branch 1, peer 2  10.9.1.3, inside 10.1.1.2, to 192.0.2.3
#	branch 2, peer 1  10.9.2.2, inside 10.1.1.3, to 192.0.2.2

# shellcheck source=selftests/vnectl/charon.sh
. "$(dirname "${BASH_SOURCE[0]}")/charon.sh"

# Namespace of each branch, and what it has inside.
declare -a BRANCH
declare -A INSIDE
PEERS=1
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

# member NS PORT NET INNER...: has a link to the router, and of NET address 2 and
# those after it, one for each peer
member() {
	local ns=$1 port=$2 net=$3
	shift 3
	veth "$ns" outer "$hub" "$port" &&
	ip -n "$hub" addr add "$net.1/24" dev "$port" &&
	{
		seq -f "addr add $net.%g/24 dev outer" 2 $((PEERS + 1))
		printf 'addr add %s/32 dev lo\n' "$@"
		echo "route add default via $net.1 src $1"
		echo "route add 10.9.0.0/16 via $net.1"
	} | ip_batch "$ns" &&
	ip -n "$ns" route add 192.0.2.0/24 via "$net.1" 2>/dev/null
	wait_link "$ns" outer
}

# center_up: also again, after its namespace went
center_up() {
	setup_ns west
	member "$west" center 192.0.2 10.2.0.1 &&
	charon_files "$west" %any %any west %any 10.2.0.1/32 10.1.1.0/24 &&
	charon_start "$west" &&
	charon_load "$west" &&
	clients_up 10.9.0.0/16 'idle-timeout = 30'
}

# inside N: the addresses of a branch, one for each peer
inside() {
	seq -f '10.1.1.%g' $((($1 - 1) * PEERS + 1)) $(($1 * PEERS))
}

# branch_conf NS N: files for the daemons
branch_conf() {
	local ns=$1 n=$2 k=0 inner
	charon_settings "$ns"
	for inner in ${INSIDE[$ns]}; do
		k=$((k + 1))
		connection_conf "10.9.$n.$((k + 1))" "192.0.2.$((k + 1))" "branch${inner##*.}" west \
			"$inner/32" 10.2.0.1/32 "hq$k" >>"$WORK/$ns.d/swanctl.conf"
		cat >>"$WORK/$ns.conf" <<-CONF
			ipsec-transport "hq$k" {
				transport = tcp
				local = 10.9.$n.$((k + 1))
				remote = 192.0.2.$((k + 1))
				user-timeout = 3
				reconnect-max = 2
			}
		CONF
	done
}

# branch N: everything, daemons started but not waited for
branch() {
	local n=$1 ns
	setup_ns branch
	# shellcheck disable=SC2154 # by setup_ns
	ns=$branch BRANCH[n]=$branch
	INSIDE[$ns]=$(inside "$n")
	# shellcheck disable=SC2086 # a list
	member "$ns" "b$n" "10.9.$n" ${INSIDE[$ns]} &&
	printf 'xfrm policy add src %s dst 10.2.0.1 dir out action block priority 10000000\n' \
		${INSIDE[$ns]} | ip_batch "$ns" &&
	branch_conf "$ns" "$n" &&
	charon_start "$ns" || return
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
# answered NS: there is an answer for each peer of the branch, all asking at once
answered() {
	echo "${INSIDE[$1]}" | nsx "$1" xargs -P 0 -n 1 \
		ping 10.2.0.1 -q -n -c2 -i0.2 -W$((2 * PATIENCE)) -I
}
pings() {
	slowwait 20 answered "$1"
}
connections() {
	[[ $(shown "$west") = "1 $1" ]]
}
