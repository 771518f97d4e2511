#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# The rules of a device: add, del, show, flush, replace; which of them decides;
# what is refused; events.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
load_map
TMP=$(mktemp -d)
defer rm -rf "$TMP"

# rule add|del WORDS, for m0
rule() {
	local verb=$1
	shift
	mapctl rule "$verb" dev m0 "$@"
}

# How mapctl shows them, without blanks at the ends.
rules() {
	mapctl rule show dev m0 | sed 's/ *$//'
}

replace() {
	mapctl rule replace dev m0 <<<"$1"
}

# to ADDRESS:PORT: where a packet of a BR goes, and by which rule
to() {
	local json
	json=$(mapctl -j get dev m0 203.0.113.1:80 "$1")
	if [[ $json =~ \"drop\":\"([^\"]*)\" ]]; then
		echo "drop ${BASH_REMATCH[1]}"
	elif [[ $json =~ \"ipv6_dst\":\"([^\"]*)\".*\"rule\":\{.*\"ipv4\":\"([^\"]*)\" ]]; then
		echo "${BASH_REMATCH[1]} by ${BASH_REMATCH[2]}"
	else
		echo "$json"
	fi
}

# ---- as typed, so shown ----

ip link add m0 type map role br local 2001:db8:ffff::1
check_eq "no rules" "$(rules)" ""
check_match "nor in JSON" '^\[ *\]$' mapctl -j rule show dev m0
list="bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4 fmr
fmr ipv6 2001:db8:100::/40 ipv4 198.51.100.0/24 ea-len 16 psid-offset 6
fmr ipv6 2001:db8:200:1::/64 ipv4 203.0.113.1/32 ea-len 0 psid-offset 4 psid 52 psid-len 8 iid draft03
fmr ipv6 2001:db8:200:2::/64 ipv4 203.0.113.1/32 ea-len 0 psid-offset 4 psid 53 psid-len 8
fmr ipv6 2001:db8:300::/48 ipv4 203.0.113.128/25 ea-len 4 psid-offset 6
fmr ipv6 2001:db8:400::/48 ipv4 203.0.113.2/32 ea-len 0 psid-offset 6
dmr 2001:db8:ffff::2/128
source 2001:db8:fff0::/44"
while read -r line; do
	# shellcheck disable=SC2086 # words
	check "add: $line" rule add $line
done <<<"$list"
check_eq "show prints what was typed" "$(rules | sed 's/^dmr \([0-9a-f:]*\)$/dmr \1\/128/')" "$list"
check_match "the device counts them" '"rules":8' mapctl -j show m0

# ---- JSON round trip ----

mapctl -j rule show dev m0 >"$TMP/rules.json"
check "flush" mapctl rule flush dev m0
check_eq "all are gone" "$(rules)" ""
check "what show -j printed is a rule set" mapctl rule replace dev m0 "$TMP/rules.json"
mapctl -j rule show dev m0 >"$TMP/again.json"
check "the same one" cmp "$TMP/rules.json" "$TMP/again.json"
mapctl -j -p rule show dev m0 >"$TMP/pretty.json"
check "also when it is printed pretty" mapctl rule replace dev m0 "$TMP/pretty.json"
mapctl -j rule show dev m0 >"$TMP/again.json"
check "the same one" cmp "$TMP/rules.json" "$TMP/again.json"

# ---- del ----

check "del by type and prefix" rule del fmr ipv6 2001:db8:100::/40
check_refused "it is there no more" "no rule with this type" rule del fmr ipv6 2001:db8:100::/40
check_refused "another type does not match" "no rule with this type" rule del fmr ipv6 2001:db8::/40
check_refused "nor another length" "no rule with this type" rule del bmr ipv6 2001:db8::/41
check "del of a PSID" rule del fmr ipv6 2001:db8:200:1::/64
check_eq "leaves the other one" "$(to 203.0.113.1:4944)" "2001:db8:200:2:0:cb00:7101:35 by 203.0.113.1/32"
check_eq "only" "$(to 203.0.113.1:4928)" "drop tx_no_rule"
check "del of the dmr" rule del dmr 2001:db8:ffff::2
check "del of a source" rule del source 2001:db8:fff0::/44
check_match "counted" '"rules":4' mapctl -j show m0

# ---- duplicates ----

mapctl rule flush dev m0
rule add fmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check_refused "the same rule again" "rule with this IPv6 prefix" \
	rule add fmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check_refused "as a bmr" "rule with this IPv6 prefix" \
	rule add bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check_refused "another rule with its IPv4 prefix" "a rule for this IPv4 prefix" \
	rule add fmr ipv6 2001:db9::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check_refused "another rule with its IPv6 prefix" "rule with this IPv6 prefix" \
	rule add fmr ipv6 2001:db8::/40 ipv4 198.51.100.0/24 ea-len 16 psid-offset 4
check "the dmr" rule add dmr 2001:db8:ffff::2
check_refused "a second dmr" "there is a dmr rule" rule add dmr 2001:db8:ffff::3
check_refused "br is the same" "there is a dmr rule" rule add br 2001:db8:ffff::3
check "deleted as br" rule del br
check_refused "br takes no prefix" "br is one address" rule add br 64:ff9b::/96
check "and added as br" rule add br 2001:db8:ffff::2
check_match "it is the dmr" 'dmr 2001:db8:ffff::2$' rules
check "a source" rule add source 2001:db8:fff0::/44
check_refused "the same one" "a source rule with this IPv6 prefix" rule add source 2001:db8:fff0::/44
check "a longer one" rule add source 2001:db8:fff0::/48
check "an explicit PSID" rule add fmr ipv6 2001:db8:200:1::/64 ipv4 203.0.113.1/32 ea-len 0 psid-offset 4 psid 52 psid-len 8
check_refused "the same PSID" "for this IPv4 prefix and PSID" \
	rule add fmr ipv6 2001:db8:200:2::/64 ipv4 203.0.113.1/32 ea-len 0 psid-offset 4 psid 52 psid-len 8
check_refused "another PSID length for the address" "PSID length is not that of the other" \
	rule add fmr ipv6 2001:db8:200:2::/64 ipv4 203.0.113.1/32 ea-len 0 psid-offset 4 psid 5 psid-len 7
check_refused "another PSID offset" "PSID offset is not that of the other" \
	rule add fmr ipv6 2001:db8:200:2::/64 ipv4 203.0.113.1/32 ea-len 0 psid-offset 5 psid 53 psid-len 8
check_refused "the address as a whole" "rules with a PSID for this IPv4 prefix" \
	rule add fmr ipv6 2001:db8:200:2::/64 ipv4 203.0.113.1/32 ea-len 0
check_match "nothing of that came" '"rules":5' mapctl -j show m0

# ---- longest match ----

mapctl rule flush dev m0
rule add fmr ipv6 2001:db8:0::/40 ipv4 10.0.0.0/8 ea-len 24
rule add fmr ipv6 2001:db8:100::/40 ipv4 10.1.0.0/16 ea-len 16
rule add fmr ipv6 2001:db8:200::/40 ipv4 10.1.2.0/24 ea-len 8
rule add fmr ipv6 2001:db8:300::/64 ipv4 10.1.2.3/32 ea-len 0
check_eq "/8" "$(to 10.9.9.9:80)" "2001:db8:9:909:0:a09:909:0 by 10.0.0.0/8"
check_eq "/16 in it" "$(to 10.1.9.9:80)" "2001:db8:109:900:0:a01:909:0 by 10.1.0.0/16"
check_eq "/24 in that" "$(to 10.1.2.9:80)" "2001:db8:209::a01:209:0 by 10.1.2.0/24"
check_eq "/32 in that" "$(to 10.1.2.3:80)" "2001:db8:300::a01:203:0 by 10.1.2.3/32"
check_eq "none" "$(to 11.0.0.1:80)" "drop tx_no_rule"
rule del fmr ipv6 2001:db8:200::/40
check_eq "without the /24, the /16" "$(to 10.1.2.9:80)" "2001:db8:102:900:0:a01:209:0 by 10.1.0.0/16"
rule add fmr ipv6 2001:db8:400::/40 ipv4 0.0.0.0/0 ea-len 32
check_eq "a rule for all" "$(to 11.0.0.1:80)" "2001:db8:40b:0:100:b00:1:0 by 0.0.0.0/0"

# ---- BMR: the longest match of the end-user prefix ----

ip link del m0
ip link add m0 type map prefix 2001:db8:12:3400::/56
missing() {
	local json
	json=$(mapctl -j show m0)
	[[ $json =~ \"ready\":(true|false)(,\"missing\":\"([^\"]*)\")? ]] &&
		echo "${BASH_REMATCH[1]} ${BASH_REMATCH[3]}"
}
bmr() {
	local json
	json=$(mapctl -j show m0)
	[[ $json =~ \"map_ipv4_addr\":\"([^\"]*)\".*\"psid\":([0-9]*).*\"bmr\":.*\"ipv6\":\"([^\"]*)\" ]] &&
		echo "${BASH_REMATCH[1]} psid ${BASH_REMATCH[2]} by ${BASH_REMATCH[3]}"
}
check_eq "without rules it is not ready" "$(missing)" "false a bmr rule that matches the prefix"
rule add fmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check_eq "an fmr is no bmr" "$(missing)" "false a bmr rule that matches the prefix"
rule add bmr ipv6 2001:db9::/40 ipv4 198.51.100.0/24 ea-len 16 psid-offset 4
check_eq "nor is one of another prefix" "$(missing)" "false a bmr rule that matches the prefix"
mapctl rule flush dev m0
rule add bmr ipv6 2001:db8::/32 ipv4 198.51.100.0/24 ea-len 16 psid-offset 4
check_eq "a bmr" "$(missing); $(bmr)" "true ; 198.51.100.0 psid 18 by 2001:db8::/32"
rule add bmr ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4
check_eq "a longer one takes over" "$(bmr)" "192.0.2.18 psid 52 by 2001:db8::/40"
rule add bmr ipv6 2001::/16 ipv4 203.0.113.0/24 ea-len 16 psid-offset 4
check_eq "a shorter one does not" "$(bmr)" "192.0.2.18 psid 52 by 2001:db8::/40"
check_refused "one that does not fit the prefix" "end-user prefix is shorter" \
	rule add bmr ipv6 2001:db8:12::/48 ipv4 10.0.0.0/24 ea-len 16
check_eq "changes nothing" "$(bmr)" "192.0.2.18 psid 52 by 2001:db8::/40"
check "del of the bmr in use" rule del bmr ipv6 2001:db8::/40
check_eq "the next one takes over" "$(bmr)" "198.51.100.0 psid 18 by 2001:db8::/32"
rule del bmr ipv6 2001::/16
check "del of the last one" rule del bmr ipv6 2001:db8::/32
check_eq "not ready, and why" "$(missing)" "false a bmr rule that matches the prefix"
check_match "get says so" "tx_not_ready" mapctl -j get dev m0 192.0.2.18:4928 198.51.100.1:80
mapctl dev set m0 prefix none
check_eq "no prefix" "$(missing)" "false prefix, the end-user IPv6 prefix"
check "del without prefix" rule add dmr 2001:db8:ffff::1
check "of the dmr, of which there is one" rule del dmr
ip link del m0

# ---- replace ----

ip link add m0 type map prefix 2001:db8:12:3400::/56
good='{"type": "bmr", "ipv6": "2001:db8::/40", "ipv4": "192.0.2.0/24", "ea_len": 16, "psid_offset": 4}'
other='{"type": "fmr", "ipv6": "2001:db8:100::/40", "ipv4": "198.51.100.0/24", "ea_len": 16}'
dmr='{"type": "dmr", "ipv6": "2001:db8:ffff::1"}'
check "replace, by nothing so far" replace "[ $good, $dmr ]"
check_eq "ready" "$(missing)" "true "
before=$(rules)

# wrong WHAT REGEX RULES...
wrong() {
	local what=$1 re=$2 IFS=$'\n'
	shift 2
	check_refused "replace with $what" "$re" replace "[
${*/%/,}
$dmr ]"
}
wrong "a rule that cannot be" 'rule 2.*"ipv4".*bits set' "$good" "${other/198.51.100.0/198.51.100.1}"
wrong "two rules that are one" 'rule 3.*"ipv6".*there is a bmr or fmr' "$good" "$other" "$other"
wrong "a rule that is too long" 'rule 1.*"ea_len"' "${good/16/26}" "$other"
wrong "an unknown key" 'rule 2.*"colour".*unknown' "$good" "${other/ea_len/colour}"
wrong "an unknown type" 'rule 2.*"type"' "$good" "${other/fmr/xmr}"
wrong "a key that is missing" 'rule 2.*"ipv4".* is missing' "$good" "${other/\"ipv4\": \"198.51.100.0\/24\",/}"
wrong "a value of the wrong kind" 'rule 1.*"ea_len".*integer' "${good/16/\"16\"}"
wrong "two DMRs" 'rule 3.*there is a dmr' "$good" "$dmr"
wrong "a bmr that does not fit the prefix" 'rule 3.*shorter' "$good" "$other" \
	'{"type": "bmr", "ipv6": "2001:db8:12::/48", "ipv4": "10.0.0.0/24", "ea_len": 16}'
check_refused "replace with what is no JSON" "stdin|-:1" replace "[ nonsense"
check_refused "replace with what is no array" "\"rules\" is expected" replace '{"a": 1}'
check_refused "replace with a file that is not there" "No such file" mapctl rule replace dev m0 "$TMP/none"
check_eq "nothing changed" "$(rules)" "$before"
check "replace with nothing" replace '[]'
check_eq "is flush" "$(rules)" ""

# ---- events ----

: >"$TMP/events"
mapctl -j monitor >"$TMP/events" &
events=$!
defer kill $events
# It listens when a change reaches it.
listens() {
	mapctl dev set m0 hoplimit 64
	[[ -s $TMP/events ]]
}
busywait 5000 listens || fail "the monitor listens"
rule add dmr 2001:db8:ffff::1
rule del dmr 2001:db8:ffff::1
replace "[ $good, $dmr ]"
mapctl rule flush dev m0
seen() {
	grep -q '"event":"rule-flush"' "$TMP/events"
}
check "the last event comes" busywait 5000 seen
kill $events
got=$(sed -n 's/.*"event":"\([a-z-]*\)".*/\1/p' "$TMP/events" | grep -v '^state$' | tr '\n' ' ')
check_eq "events of rules" "$got" "rule-add rule-del rule-replace rule-flush "
check_match "with the rule" '"rule-del".*"rule":.*2001:db8:ffff::1' cat "$TMP/events"
check_match "and the state that follows" '"event":"state".*"ready":true.*192.0.2.18' cat "$TMP/events"

finish
