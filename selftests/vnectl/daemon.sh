# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Daemons for tests, one in each namespace of the tests of ipsec_tcp: $east
# (originator) and $west (responder).

# shellcheck source=selftests/ipsec_tcp/topo.sh
. "$(dirname "${BASH_SOURCE[0]}")/../ipsec_tcp/topo.sh"

need_cmd jq
WORK=$(mktemp -d)
defer "rm -rf $WORK"

# daemon_up NS: with the configuration on standard input. Its process is $PID.
daemon_up() {
	cat >"$WORK/$1.conf"
	vnectl -n "$1" run "$WORK/$1.conf" 2>>"$WORK/$1.log" &
	PID=$!
	busywait 5000 vnectl -n "$1" ipsec status >/dev/null
}

# clients_up REMOTE [LINE...]: the responder, with more lines of its block
clients_up() {
	daemon_up "$west" <<-CONF
		ipsec-transport "clients" {
			role = responder
			remote = $1
			$(printf '%s\n' "${@:2}")
		}
	CONF
}

# hq_up REMOTE [LINE...]: the originator, by TCP from the start
hq_up() {
	daemon_up "$east" <<-CONF
		ipsec-transport "hq" {
			transport = tcp
			remote = $1
			$(printf '%s\n' "${@:2}")
		}
	CONF
}

# status NS NAME KEY
status() {
	vnectl -n "$1" -j ipsec status "$2" | jq -r --arg key "$3" '.[0][$key]'
}

# is NS NAME KEY VALUE
is() {
	[[ $(status "$1" "$2" "$3") = "$4" ]]
}

# shown NS: "PEERS CONNECTIONS" of the kernel
shown() {
	vnectl -n "$1" -j ipsec show | jq -r '"\(length) \(map(.connections | length) | add // 0)"'
}

# client_port: UDP port by which the responder's IKE daemon knows the connection
client_port() {
	vnectl -n "$west" -j ipsec show |
		jq -r '.[].connections[] | select(.state == "open") | .udp_port' | tail -n1
}

# logged NS REGEX
logged() {
	grep -qE "$2" "$WORK/$1.log"
}

# Only TCP gets through between the two. (Not at the other end: what came by TCP
# is UDP there.)
block_udp() {
	local ns
	for ns in "$east" "$west"; do
		nsx "$ns" nft -f - <<-RULES
		table inet wire {
			chain out {
				type filter hook output priority 0
				ip daddr 192.0.2.0/24 meta l4proto { udp, esp } counter drop
				ip6 daddr 2001:db8::/64 meta l4proto { udp, esp } counter drop
			}
		}
		RULES
	done
}

unblock_udp() {
	local ns
	for ns in "$east" "$west"; do
		nsx "$ns" nft delete table inet wire
	done
}

# TCP does not get through to the responder either.
cut_tcp() {
	nsx "$west" nft -f - <<-RULES
	table inet cut {
		chain in {
			type filter hook input priority 0
			tcp dport 4500 drop
		}
	}
	RULES
}

mend_tcp() {
	nsx "$west" nft delete table inet cut
}

# Between the inner addresses there is the tunnel, or nothing.
no_plaintext() {
	local ns src dst
	for ns in "$east" "$west"; do
		for src in "10.1.0.1 10.2.0.1" "10.2.0.1 10.1.0.1"; do
			dst=${src#* } src=${src% *}
			ip -n "$ns" xfrm policy add src "$src" dst "$dst" dir out action block priority 10000000
			ip -n "$ns" xfrm policy add src "$src" dst "$dst" dir in action block priority 10000000
		done
	done
}
