#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# 65,536 rules by one replace: look-ups agree with a trivially correct model,
# the listing is complete, can be read in pieces, and says so when the rules
# change meanwhile; other rules in their place; the device with all of them is
# deleted.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
need_cmd python3
load_map
export PYTHONDONTWRITEBYTECODE=1
TMP=$(mktemp -d)
defer rm -rf "$TMP"

# timed WHAT COMMAND...
timed() {
	local what=$1 t0=${EPOCHREALTIME/[.,]/}
	shift
	check "$what" "$@" || return
	echo "$what: $(((${EPOCHREALTIME/[.,]/} - t0) / 1000)) ms"
}

ip link add m0 up type map role br local 2001:db8:ffff::1
for seed in 1 2; do
	python3 ./rules_model.py make $seed "$TMP" || fail "rules, seed $seed"
	timed "65,536 rules by one replace" mapctl rule replace dev m0 "$TMP/rules.json"
	check_match "the device has them" '"rules":65536' mapctl -j show m0
	timed "500 look-ups" mapctl -j -batch "$TMP/gets"
	printf '%s' "$OUTPUT" >"$TMP/got.json"
	check "they agree with the model" python3 ./rules_model.py verify "$TMP"
	echo "$OUTPUT"
done
mapctl -j rule show dev m0 >"$TMP/shown.json"
check "the list is what was set" python3 ./rules_model.py same "$TMP"
check "a listing in pieces, and one that is overtaken" python3 ./rules_model.py dump
sed 's/"psid_offset": 4}/"psid_offset": 4, "iid": "draft03"}/; 40000s/"ea_len": [0-9]*/"ea_len": 49/' \
	"$TMP/rules.json" >"$TMP/wrong.json"
check_refused "one wrong rule among them is named" "wrong.json:40000: rule 39999" \
	mapctl rule replace dev m0 "$TMP/wrong.json"
check_match "and nothing changed" '"rules":65536' mapctl -j show m0
check "in no rule" mapctl -j -batch "$TMP/gets"
check_eq "that a packet finds" "$OUTPUT" "$(<"$TMP/got.json")"
timed "another iid for all" mapctl dev set m0 iid draft03
timed "deletion of the device with its rules" ip link del m0

finish
