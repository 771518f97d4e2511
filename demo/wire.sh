# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Watching the wire, and what has to be true of what was seen there.

WIRE=/tmp/demo
mkdir -p "$WIRE"

# watch HOST DEV FILE FILTER: tcpdump in the background, until unwatch
watch() {
	prompt "$1" "tcpdump -lntqi $2 '$4' &"
	nsenter --net="/run/netns/$1" tcpdump -lntqi "$2" --immediate-mode "$4" \
		>"$WIRE/$3" 2>"$WIRE/$3.err" </dev/null &
	WATCHERS+=($!)
	until_ok 60 grep -q 'listening on' "$WIRE/$3.err"
}

WATCHERS=()
unwatch() {
	# What was captured is on its way to the file.
	sleep 0.3
	kill -INT "${WATCHERS[@]}"
	wait "${WATCHERS[@]}" 2>/dev/null
	WATCHERS=()
}

# seen HOST DEV FILE LINES: the start of what a watcher saw
seen() {
	say "$1, interface $2:"
	head -n "$4" "$WIRE/$3" | sed 's/^/  /'
}

# Port N is in a port set of offset 4 and 8 bits of PSID when its high 4 bits
# are not 0 and the next 8 bits are the PSID (RFC 7597, section 5.1).
#
# ports_in_set FILE PSID: every packet that FILE has from or to 192.0.2.18 has
# a port of that PSID there; says how many packets and which ports.
ports_in_set() {
	awk -v psid="$2" '
	{
		for (i = 1; i <= NF; i++) {
			if ($i !~ /^192\.0\.2\.18\.[0-9]+:?$/)
				continue
			port = $i
			sub(/:$/, "", port)
			sub(/.*\./, "", port)
			packets++
			ports[port]++
			if (int(port / 4096) == 0 || int(port / 16) % 256 != psid) {
				print "port " port " is not of PSID " psid ": " $0
				bad = 1
				exit
			}
		}
	}
	END {
		if (bad || !packets)
			exit 1
		for (port in ports)
			list = list " " port
		printf "%d packets, port%s", packets, list
	}' "$WIRE/$1"
}

# only_between FILE ADDRESS1 ADDRESS2: every IPv6 packet has these two ends,
# whatever their ports
only_between() {
	awk -v a="$2" -v b="$3" '
	NF {
		from = $2
		to = $4
		sub(/\.[0-9]+$/, "", from)
		sub(/(\.[0-9]+)?:$/, "", to)
		if ($1 != "IP6" || !((from == a && to == b) || (from == b && to == a))) {
			print "another packet: " $0
			bad = 1
			exit
		}
		packets++
	}
	END { if (bad || !packets) exit 1; printf "%d packets", packets }' "$WIRE/$1"
}

# Nothing of the customers' private addresses gets out.
no_private_address() {
	! grep -E '[ >]10\.[0-9]+\.0\.2\.' "$WIRE/$1"
}
