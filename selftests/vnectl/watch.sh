# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A CE and a provider for the tests of lines, joined by $ce wan - $isp p0, and the
# program that says what the daemon would know of a WAN.

# shellcheck source=selftests/vnectl/provider.sh
. "$(dirname "${BASH_SOURCE[0]}")/provider.sh"
need_root
need_cmd jq vnectl-line vnectl

setup_ns ce isp

# cable [DEV [DEV]]: the CE's end, and the provider's
cable() {
	veth "$isp" "${2-p0}" "$ce" "${1-wan}"
}

# watch WORD...: what is said is in $FACTS; $WATCH is the process.
FACTS=$WORK/facts
watch() {
	(exec ip netns exec "$ce" vnectl-line "$@") >"$FACTS" 2>"$FACTS.err" &
	WATCH=$!
	defer "kill $WATCH"
	busywait 5000 test -s "$FACTS"
}

# fact KEY [DEV]: what is known now
fact() {
	jq -rs --arg dev "${2-wan}" 'map(select(.device == $dev)) | last | .'"$1" "$FACTS"
}

# known KEY VALUE [DEV]
known() {
	[[ $(fact "$1" "${3-wan}") = "$2" ]]
}

# wait_fact WHAT SECONDS KEY VALUE [DEV]
wait_fact() {
	slowwait "$2" known "${@:3}" && pass "$1" ||
		fail "$1" "$3 is not $4" "$(tail -n 3 "$FACTS")" "$(cat "$FACTS.err")"
}

# changes [DEV]: how often something was said
changes() {
	jq -s --arg dev "${1-wan}" 'map(select(.device == $dev)) | length' "$FACTS"
}
