#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# Settings that cannot be are refused by ip, by mapctl and by the kernel, with
# the reason, and change nothing.

[[ ${IN_NS-} ]] || IN_NS=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib/lib.sh"

need_root
load_map
ip link add wan type veth peer name wan-peer

# words DEV: the settings as ip prints them
words() {
	local text
	text=$(ip -d link show "$1")
	[[ $text =~ (map mode .*)' addrgenmode' ]] && echo "${BASH_REMATCH[1]}"
}

# refuse REGEX WORDS: for a new device. A device that came all the same fails
# the next line, too: its name would be taken.
refuse() {
	local why=$1
	shift
	if ((++N % 2)); then
		check_refused "ip refuses: $*" "$why" ip link add m0 type map "$@"
	else
		check_refused "mapctl refuses: $*" "$why" mapctl dev add m0 "$@"
	fi
}

both_refuse() {
	refuse "$@"
	refuse "$@"
}

# What the tools see by themselves; they share the code.
refuse 'the keyword .*is unknown' colour blue
refuse 'mode must be map-e, map-t or ipip' mode map-x
refuse 'role must be ce or br' role server
refuse 'iid must be rfc7597 or draft03' iid rfc1
refuse 'snat must be on or off' snat maybe
refuse 'mss-clamp must be on or off' mss-clamp 1
refuse 'pmtudisc must be on or off' pmtudisc want
refuse 'fragment must be inner or outer' fragment never
refuse 'ipid must be keep or psid' ipid random
refuse 'hoplimit must be 1 to 255, or inherit' hoplimit 0
refuse 'hoplimit must be 1 to 255, or inherit' hoplimit 256
refuse 'tclass must be 0 to 255, or inherit' tclass 256
refuse 'tclass must be 0 to 255, or inherit' tclass -1
refuse 'prefix must be an IPv6 prefix' prefix 192.0.2.0/24
refuse 'prefix length of prefix must be' prefix 2001:db8::/129
refuse 'bits set after its length' prefix 2001:db8:12:3400::/32
refuse 'local must be an IPv6 address' mode ipip local 192.0.2.1
refuse 'snat-reserve must be a list' snat-reserve 80-
refuse 'snat-reserve must be a list' snat-reserve 90-80
refuse 'snat-reserve must be a list' snat-reserve 70000
both_refuse 'link must be an interface' link nosuch
both_refuse '"snat" is missing its value: on or off' snat
both_refuse 'duplicate "snat"' snat on snat off

# What the kernel sees. Its message reaches the user.
ipip="mode ipip local 2001:db8::1 remote 2001:db8::2"
br="role br local 2001:db8:ffff::1"
# shellcheck disable=SC2086 # words
{
both_refuse 'local is for a BR and for ipip' local 2001:db8::1
refuse 'remote is for ipip' remote 2001:db8::1
refuse 'remote is for ipip' $br remote 2001:db8::2
refuse 'prefix is for a CE' $br prefix 2001:db8::/56
refuse 'prefix is for a CE' $ipip prefix 2001:db8::/56
refuse 'prefix is not a global unicast one' prefix ff05::/16
refuse 'prefix is not a global unicast one' prefix fe80::/64
refuse 'is for a CE' $br snat on
refuse 'is for a CE' $br ipid psid
refuse 'is for a CE' $ipip snat on
refuse 'mode ipip needs remote' mode ipip local 2001:db8::1
refuse 'mode ipip needs local' mode ipip remote 2001:db8::1
refuse 'not a global unicast' mode ipip local ff02::1 remote 2001:db8::2
refuse 'not a global unicast' mode ipip local 2001:db8::2 remote ::1
refuse 'not a global unicast' role br local fe80::1
}
check_refused "an MTU that no IPv4 packet can have" "mtu (less|greater) than" \
	ip link add m0 mtu 65536 type map
check_fails "no device came of all that" ip link show m0

# A change that is refused changes nothing.
# shellcheck disable=SC2086
ip link add m0 type map $ipip
before=$(words m0)
check_refused "local cannot be taken away" "needs local" ip link set m0 type map local none
check_refused "remote cannot be taken away" "needs remote" mapctl dev set m0 remote none
check_refused "a change of the mode" "mode of a device is fixed" ip link set m0 type map mode map-e
check_refused "by mapctl too" "mode of a device is fixed" mapctl dev set m0 mode map-e
check "the same mode is no change" ip link set m0 type map mode ipip
check_refused "one wrong word among good ones" "not a global unicast" \
	ip link set m0 type map hoplimit 9 tclass 9 remote ff02::2
check_eq "nothing changed" "$(words m0)" "$before"
ip link del m0
ip link add m0 type map prefix 2001:db8:12:3400::/56
before=$(words m0)
check_refused "a change of the role" "role of a device is fixed" ip link set m0 type map role br
check_refused "by mapctl too" "role of a device is fixed" mapctl dev set m0 role br
check_refused "local on a CE" "local is for" ip link set m0 type map local 2001:db8::1
check_refused "remote on a CE" "remote is for" mapctl dev set m0 remote 2001:db8::1
check_refused "no such lower device" "link must be an interface" mapctl dev set m0 link nosuch
check_eq "nothing changed" "$(words m0)" "$before"

# Names of devices.
check_refused "the name is taken" "exists" ip link add m0 type map
check_refused "by mapctl too" "exists" mapctl dev add m0
check_refused "a name that is too long" "name" mapctl dev add a-name-of-16-char
check_refused "a name with a slash" "name" mapctl dev add a/b
check_refused "set: no such device" "there is none of this name" mapctl dev set m9 snat off
check_refused "del: no such device" "there is none of this name" mapctl dev del m9
check_refused "del: not a map device" "map device" mapctl dev del wan
check_refused "set: not a map device" "map device" mapctl dev set wan snat off

# A tunnel in a map device would go round in circles.
ip link add m1 type map
check_refused "a device over itself" "carries no IPv6" ip link set m0 type map link m0
check_refused "a device over another map device" "carries no IPv6" ip link set m1 type map link m0
check_refused "from the start" "carries no IPv6" ip link add m2 type map link m0

finish
