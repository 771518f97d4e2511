# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # setup_ns sets the namespaces
#
# topo.sh for tests that send raw packets: what they do is in Python files that
# use packets.py.

. "$(dirname "${BASH_SOURCE[0]}")/topo.sh"

# packets FILE.py [ARG...]: its assertions count as the test's.
packets() {
	local out rc
	need_cmd python3
	export core br srv ce lan ce2 lan2
	out=$(mktemp)
	python3 -B "$(dirname "${BASH_SOURCE[0]}")/$1" "${@:2}" 2>&1 | tee "$out"
	rc=${PIPESTATUS[0]}
	PASSES=$((PASSES + $(grep -c '^ok: ' "$out")))
	FAILURES=$((FAILURES + $(grep -c '^FAIL: ' "$out")))
	if [[ $rc -ne 0 ]] && ! grep -q '^FAIL: ' "$out"; then
		fail "$1 runs to its end" "exit code $rc"
	fi
	rm -f "$out"
}

# Whatever comes to the server's side is seen there, and never answered: its
# own stack does not have the address.
silent_server() {
	local mac
	mac=$(ip -n "$srv" -j link show eth0 | sed 's/.*"address":"\([^"]*\)".*/\1/')
	ip -n "$srv" addr flush dev eth0
	ip -n "$br" neigh replace "$SRV4" lladdr "$mac" dev out nud permanent
}
