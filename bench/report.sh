# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # the scene sets TITLE and the lists
#
# Options, rounds, medians and goals of a scene. It sets ROUNDS, SECONDS_TCP,
# WAYS and TITLE, and has counts WHAT WAY (is it measured?), rounds WHAT (how
# often) and measure_WHAT WAY (prints a number, larger is better).

declare -A RESULT

options() {
	while [[ $# -gt 0 ]]; do
		case $1 in
		--rounds) ROUNDS=$2; shift 2 ;;
		--seconds) SECONDS_TCP=$2; shift 2 ;;
		--only) ONLY=$2; shift 2 ;;
		--ways) WAYS=$2; shift 2 ;;
		*) echo "${0##*/}: no option '$1'" >&2; exit 2 ;;
		esac
	done
	WAYS=${WAYS//,/ }
}

# measure WHAT: every way in turn, after one time that does not count
measure() {
	local what=$1 rounds round way value
	rounds=$(rounds "$what")
	for ((round = 0; round <= rounds; round++)); do
		for way in $WAYS; do
			counts "$what" "$way" || continue
			value=$("measure_$what" "$way")
			[[ $value -gt 0 ]] || { fail "${TITLE[$way]}: $what"; finish; }
			[[ $round -eq 0 ]] || RESULT[$what-$way]+=" $value"
		done
	done
}

# middle FORMAT: of the numbers read
middle() {
	sort -n | awk -v format="$1" '
		{ v[NR] = $1 }
		END { if (NR) printf format, v[int((NR + 1) / 2)] }'
}

median() {
	# shellcheck disable=SC2086 # a list
	[[ ! ${RESULT[$1]-} ]] || printf '%s\n' ${RESULT[$1]} | middle %d
}

# ratio A B: the median of the rounds' ratios, for A and B are measured one
# after the other and the machine's speed drifts
ratio() {
	# shellcheck disable=SC2086 # lists
	paste <(printf '%s\n' ${RESULT[$1]-0}) <(printf '%s\n' ${RESULT[$2]-}) |
		awk '{ print $2 ? $1 / $2 : 0 }' | middle %.2f
}

report() {
	local way what
	printf '\n%-42s' "medians of $ROUNDS rounds and more"
	for what in $WHATS; do
		printf '%14s' "$what"
	done
	printf '\n'
	for way in $WAYS; do
		printf '%-42s' "${TITLE[$way]}"
		for what in $WHATS; do
			printf '%14s' "$(median "$what-$way")"
		done
		printf '\n'
	done
}

# goal WHAT A B OP LIMIT: of the ways that were measured
goal() {
	[[ ${RESULT[$2]-} && ${RESULT[$3]-} ]] || return 0
	set -- "$1" "$(ratio "$2" "$3")" "$4" "$5"
	printf '%-58s %s, goal %s %s: %s\n' "$1" "$2" "$3" "$4" \
		"$(awk -v r="$2" -v l="$4" -v op="$3" 'BEGIN {
			ok = op == ">=" ? r >= l : r <= l
			print ok ? "met" : "MISSED" }')"
}

# run WHAT...: measure, unless one was asked for, and report
run() {
	local what
	WHATS=${ONLY:-$*}
	for what in $WHATS; do
		measure "$what"
	done
	report
}
