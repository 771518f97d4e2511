# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# What the tests of source NAT share, to be sourced after topo.sh.

. "$TESTS/map/traffic.sh"

SNAT=$TESTS/map/snat.py
SRV4_2=198.51.100.3
HOLDS=$(mktemp -d)
defer "rm -rf '$HOLDS'"

snat() {
	local ns=$1
	shift
	ip netns exec "$ns" /usr/bin/python3 "$SNAT" "$@"
}

# The usual network, or with SNAT_RULE one whose CE does not share its address;
# a server with two addresses, and bindings that do not expire while a slow
# machine is at it.
snat_up() {
	need_cmd conntrack
	if [[ ${SNAT_RULE-} ]]; then
		snat_up_unshared
	else
		topo_up
	fi
	ip -n "$srv" addr add $SRV4_2/24 dev eth0
	nsx "$lan" sysctl -qw net.ipv4.ping_group_range='0 0'
	nsx "$ce" sysctl -qw net.ipv4.ping_group_range='0 0'
	# snat.py sends packets without checksums.
	nsx "$ce" sysctl -qw net.netfilter.nf_conntrack_{udp,icmp}_timeout=600 \
		net.netfilter.nf_conntrack_checksum=0 ||
		{ fail "conntrack is there"; finish; }
	busywait 10000 pings "$lan" $SRV4 >/dev/null
	nsx "$ce" conntrack -F >/dev/null 2>&1
}

# SNAT_RULE has 8 EA bits, SNAT_MAP6 is the MAP address that comes of it.
snat_up_unshared() {
	need_root
	load_map
	# shellcheck disable=SC2034 # for topo.sh
	RULE=$SNAT_RULE
	topo_core
	setup_ns ce lan
	topo_br || { fail "the BR is set up"; finish; }
	topo_ce "$ce" "$lan" 1 2001:db8:12::/48 "$SNAT_MAP6" ||
		{ fail "the CE is set up"; finish; }
}

# answers NS PORT...: snat.py's server, in the background
answers() {
	local ns=$1 port
	shift
	ip netns exec "$ns" /usr/bin/python3 "$SNAT" serve "$@" &
	disown $!
	for port; do
		wait_listen "$ns" tcp "$port" || fail "a server listens"
		wait_listen "$ns" udp "$port" || fail "a server listens"
	done
}

# holds NAME NS PROTO HOST PORT N [OPTION...]: N connections, held until
# release NAME; true when all of them are answered, within HOLD_TIME
HOLD_TIME=20
holds() {
	local file=$HOLDS/$1 ns=$2
	shift 2
	ip netns exec "$ns" /usr/bin/python3 "$SNAT" hold "$@" -t $((HOLD_TIME * PATIENCE)) >"$file" 2>&1 &
	echo $! >"$file.pid"
	disown $!
	busywait 25000 hold_is_over "$file"
	grep -q '^ready' "$file" || { tail -n3 "$file"; false; }
}

hold_is_over() {
	grep -q '^ready' "$1" || not kill -0 "$(cat "$1.pid")" 2>/dev/null
}

release() {
	local pid
	pid=$(cat "$HOLDS/$1.pid")
	kill "$pid" 2>/dev/null
	busywait 5000 not kill -0 "$pid" >/dev/null
}

# outer NAME: "ADDRESS PORT" of each, as the server has seen it
outer() {
	grep -v '^ready' "$HOLDS/$1"
}

# count_of CONNTRACK-FILTER...: number of entries at the CE
count_of() {
	nsx "$ce" conntrack -L "$@" 2>/dev/null | grep -c '^'
}

entries() {
	[[ $(count_of "${@:2}") -eq $1 ]]
}

# bound N PROTO HOST [FILTER...]: addresses and ports of the CE that its
# entries to a host are bound to, one a line
bound() {
	local proto=$1 host=$2 field=dport
	shift 2
	[[ $proto != icmp ]] || field=id
	nsx "$ce" conntrack -L -p "$proto" -d "$host" "$@" 2>/dev/null |
		sed -n "s/.* src=.* dst=\([0-9.]*\) .*$field=\([0-9]*\).*/\1 \2/p"
}

# check_own WHAT N PSID COMMAND...: the command prints bindings: so many,
# different, in the port set. Without SNAT_RULE, that is: with it they have the
# right address and no system port.
check_own() {
	local what=$1 n=$2 psid=$3 found
	shift 3

	found=$("$@" | sort -u | awk -v addr="$CE4" -v psid=$((psid)) \
		-v offset="$OFFSET" -v whole="${SNAT_RULE:+1}" '
		NF {
			range = 2 ^ (16 - offset - 8)
			own = $1 == addr && $2 >= 2 ^ (16 - offset) &&
			      int($2 / range) % 256 == psid
			if (whole)
				own = $1 == addr && $2 >= 1024
			n++
			foreign += !own
		}
		END { printf "%d ports, %d foreign", n, foreign }')
	check_eq "$what" "$found" "$n ports, 0 foreign"
}

# Exactly one more of a counter: counter_now NAME before, counter_more WHAT
# NAME N after.
declare -A COUNTED
counter_now() {
	COUNTED[$1]=$(counter "$ce" "$1")
}

counter_more() {
	busywait 3000 counted "$ce" "$2" $((COUNTED[$2] + $3))
	check_eq "$1" $(($(counter "$ce" "$2") - COUNTED[$2])) "$3"
}
