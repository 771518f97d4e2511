# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# A line of namespaces for each way, all there at once so that they can be
# measured in turn: lan, two routers, srv.

BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$BENCH/../selftests/lib/lib.sh"
. "$BENCH/pktgen.sh"
. "$BENCH/report.sh"

declare -A NS

# ns WAY NODE: name of a namespace
ns() {
	echo "${NS[$1-$2]}"
}

# nodes WAY NODE...
nodes() {
	local way=$1 node space
	shift
	for node; do
		setup_ns space
		NS[$way-$node]=$space
	done
}

# steady_tcp NS GATEWAY MTU: segments of one size on every way; each connection
# from scratch, with a window that fits the processor's caches: else chance
# moves TCP by a third.
steady_tcp() {
	ip -n "$1" route add default via "$2" mtu "$3"
	nsx "$1" sysctl -qw net.ipv4.tcp_no_metrics_save=1 \
		net.ipv4.tcp_rmem='4096 524288 524288' \
		net.ipv4.tcp_wmem='4096 524288 524288'
}

# ways_up SERVER: build them, by the functions in BUILD
ways_up() {
	local way
	for way in $WAYS; do
		"${BUILD[$way]}" "$way"
		nsx "$(ns "$way" lan)" ping -qc1 -W2 "$1" >/dev/null ||
			{ fail "${TITLE[$way]}: the server answers"; finish; }
	done
}

# iperf WAY SERVER ARG...: from lan to srv
iperf() {
	local way=$1 server=$2 srv
	srv=$(ns "$way" srv)
	shift 2
	nsx "$srv" iperf3 -s -1 -D -p 5201 >/dev/null
	wait_listen "$srv" tcp 5201
	nsx "$(ns "$way" lan)" iperf3 -c "$server" -p 5201 -Z -l 1M -t "$SECONDS_TCP" "$@"
}

# rate N MICROSECONDS: as pktgen prints them, a second
rate() {
	echo $(($1 * 1000000 / $2))
}
