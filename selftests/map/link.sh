#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Settings of a device by "ip link ... type map" (with the plug-in) and by
# "mapctl dev": each of them at creation and while the device is up, as text
# and as JSON; what is shown can be typed. All of it in one namespace that
# nobody else uses.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
load_map
ip link add wan type veth peer name wan-peer
ip link set wan mtu 1492 up

# settings DEV: members of the JSON that ip prints
settings() {
	local json
	json=$(ip -j -d link show "$1")
	[[ $json =~ \"info_kind\":\"map\",\"info_data\":\{([^}]*)\} ]] &&
		echo "${BASH_REMATCH[1]}"
}

# dev_settings DEV: the same of the JSON that mapctl prints
dev_settings() {
	local json
	json=$(mapctl -j dev show "$1")
	[[ $json =~ (\"mode\":.*),\"ready\": ]] && echo "${BASH_REMATCH[1]}"
}

# words DEV: the settings as ip prints them
words() {
	local text
	text=$(ip -d link show "$1")
	[[ $text =~ (map mode .*)' addrgenmode' ]] && echo "${BASH_REMATCH[1]}"
}

# ---- help ----

OUTPUT=$(ip link help map; mapctl dev help)
for key in mode role link prefix local remote iid snat snat-reserve mss-clamp \
	hoplimit tclass fragment ipid pmtudisc; do
	[[ $OUTPUT =~ [[:space:]]${key}[[:space:]].*[[:space:]]${key}[[:space:]] ]] ||
		fail "ip link help map and mapctl dev help name $key" "$OUTPUT"
done
check_match "ip link help map" "Usage: .* map mode " ip link help map

# ---- defaults ----

# common FRAGMENT: RFC 2473, section 7.2 (b) and RFC 6333, section 5.3; a BR
# may be anycast (RFC 7597, section 8.3.1).
common() {
	echo "\"mss_clamp\":true,\"hoplimit\":64,\"tclass\":0,\"fragment\":\"$1\",\"ipid\":\"keep\""
}
check "a device by its kind alone" ip link add m0 type map
check_eq "defaults: a MAP-E CE" "$(settings m0)" \
	'"mode":"map-e","role":"ce","iid":"rfc7597","snat":true,'"$(common outer)"',"pmtudisc":true'
check_match "it says that it is not ready, and what it lacks" '"ready":false,"missing":"prefix' \
	mapctl -j dev show m0
ip link del m0

check "a BR" ip link add m0 type map mode map-e role br local 2001:db8:ffff::1
check_eq "defaults of a BR: no NAT, no PMTU discovery" "$(settings m0)" \
	'"mode":"map-e","role":"br","local":"2001:db8:ffff::1","iid":"rfc7597","snat":false,'"$(common inner)"',"pmtudisc":false'
ip link del m0

check "an ipip device" mapctl dev add m0 mode ipip local 2001:db8::1 remote 2001:db8::2
check_eq "defaults of ipip" "$(settings m0)" \
	'"mode":"ipip","role":"ce","local":"2001:db8::1","remote":"2001:db8::2","iid":"rfc7597","snat":false,'"$(common outer)"',"pmtudisc":true'
check_match "the ends are shown as addresses of the link" \
	"link/tunnel6 2001:db8::1 (brd|peer) 2001:db8::2" ip link show m0
check "mapctl dev del" mapctl dev del m0
check_fails "it is gone" ip link show m0

# ---- all at creation, and back again ----

for how in \
	"mode map-e role ce link wan prefix 2001:db8:12:3400::/56 iid draft03 snat off snat-reserve 1,3-5 mss-clamp off hoplimit inherit tclass inherit fragment outer ipid psid pmtudisc off" \
	"mode map-e role br link wan local 2001:db8:ffff::1 iid draft03 snat off mss-clamp on hoplimit 7 tclass 9 fragment inner ipid keep pmtudisc on" \
	"mode ipip role ce link wan local 2001:db8::1 remote 2001:db8::2 iid rfc7597 snat off mss-clamp off hoplimit 255 tclass 255 fragment outer ipid keep pmtudisc off"; do
	# shellcheck disable=SC2086 # words
	check "ip link add: ${how%% link*}" ip link add m0 type map $how
	check_eq "ip shows the words that it was told" "$(words m0)" "map $how"
	json=$(settings m0)
	# shellcheck disable=SC2086
	# shellcheck disable=SC2046 # words
check "what is shown changes nothing" ip link set m0 type $(words m0)
	ip link del m0
	# shellcheck disable=SC2086
	check "mapctl dev add: the same" mapctl dev add m0 $how
	check_eq "it is the same" "$(settings m0)" "$json"
	check_eq "mapctl shows the same" "$(dev_settings m0)" "$json"
	mapctl dev del m0
done

# ---- one after the other, while the device is up ----

# expect MEMBER KEY: ip shows it; with no member, none of that key
expect() {
	local json

	json=,$(settings m0),
	if [[ $1 && $json = *",$1,"* || -z $1 && $json = *,* &&
	      $json != *"\"${2//-/_}\":"* ]]; then
		pass "shown: ${1:-no $2}"
	else
		fail "shown: ${1:-no $2}" "$json"
	fi
}

# changes: lines of KEYWORD VALUE [JSON]; JSON "-" for "not shown". Both tools
# by turns.
changes() {
	local key value json how=ip

	while read -r key value json; do
		if [[ $how = ip ]]; then
			check "ip link set: $key $value" ip link set m0 type map "$key" "$value"
			how=mapctl
		else
			check "mapctl dev set: $key $value" mapctl dev set m0 "$key" "$value"
			how=ip
		fi
		[[ $json ]] || json=\"$value\"
		[[ $json != - ]] || json=
		expect "${json:+\"${key//-/_}\":$json}" "$key"
	done
}

ip link add m0 up type map
changes <<-LIST
	link wan
	link none -
	prefix 2001:db8:12:3400::/56
	prefix 2001:db8:1:2:3:4:5:6/128 "2001:db8:1:2:3:4:5:6"
	prefix none -
	iid draft03
	iid rfc7597
	snat off false
	snat on true
	snat-reserve 80,1024-1039
	snat-reserve none -
	mss-clamp off false
	hoplimit 1 1
	hoplimit inherit
	hoplimit 255 255
	tclass 255 255
	tclass inherit
	tclass 0x10 16
	fragment inner
	ipid psid
	pmtudisc off false
LIST
check_match "up all the time" ",UP" ip link show m0
ip link del m0
ip link add m0 up type map mode ipip local 2001:db8::1 remote 2001:db8::2
changes <<-LIST
	local 2001:db8::3
	remote 2001:db8::4
LIST
check_match "the addresses of the link follow" \
	"link/tunnel6 2001:db8::3 (brd|peer) 2001:db8::4" ip link show m0
ip link del m0

# ---- MTU ----

check "a device on a lower device, inner fragments" ip link add m0 type map link wan fragment inner
check_match "its MTU is that of the lower device less a header" "mtu 1452 " ip link show m0
ip link set wan mtu 1400
check_match "it follows the lower device" "mtu 1360 " ip link show m0
ip link set m0 mtu 1300
ip link set wan mtu 1492
check_match "unless it was set by hand" "mtu 1300 " ip link show m0
ip link del m0
check "outer fragments, the default" ip link add m0 type map link wan
check_match "the MTU is that of the lower device" "mtu 1492 " ip link show m0
check "inner fragments from now on" ip link set m0 type map fragment inner
check_match "the MTU follows the setting" "mtu 1452 " ip link show m0
ip link del m0
check "an MTU at creation" ip link add m0 mtu 1280 type map link wan
check_match "is kept" "mtu 1280 " ip link show m0
ip link del m0

# A lower device that takes its MTU from the device on top of it.
ip link add m0 type map link wan
if ip link add v0 link m0 type vlan id 7; then
	check "a VLAN on the device, which becomes its lower device" \
		ip link set m0 type map link v0
	ip link set wan mtu 1400
	check_match "the MTU does not go round in circles" "mtu 1[34][0-9][0-9] " ip link show m0
fi

finish
