#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Protocol handler of netifd, proto 'mapvne', in /lib/netifd/proto. The options
# of OpenWrt's own proto 'map' mean the same here: maptype or type, rule, ipaddr,
# ip4prefixlen, ip6prefix, ip6prefixlen, peeraddr, ealen, psidlen, psid, offset,
# legacymap, tunlink, mtu, zone; ttl and encaplimit have no effect. The others
# are the keys of vne.conf(5), with underscores. netifd drops a value of another
# type than the declared one, so all are texts, or lists of them: vnectl sees
# what is wrong.
#
#	config interface 'wan4'
#		option proto 'mapvne'
#		option tunlink 'wan6'
#		option source 'v6plus'
#		option bmr_hostname 'rules.example.jp'
#		option code 'manufacturer-code'
#
# Each interface is a block of a file that all of them share, for one daemon; the
# line's device is "map-NAME", as with proto 'map'.

MAPVNE_DIR=${MAPVNE_DIR:-/var/run/mapvne}
MAPVNE_LIB=${MAPVNE_LIB:-/usr/lib/vnectl}

# The options of proto 'map', and those of netifd itself that matter here.
MAPVNE_OPTIONS="type maptype ipaddr ip4prefixlen ip6prefix ip6prefixlen peeraddr ealen
	psidlen psid offset legacymap tunlink zone ttl encaplimit metric ip4table"
# Keys that are passed on as they are, those with several values, and those that
# are yes or no.
MAPVNE_KEYS="source prefix prefix_from br dmr iid ipv4_address psid_length psid_offset
	interface_identifier bmr_hostname code home_gateway_url discovery_domain vendor_id
	product server_name http_username http_password update_url update_service
	update_hostname update_id update_password ca_file ssl_certificate ssl_key
	snat_reserve mtu fragment"
MAPVNE_LISTS="rule dns_server"
MAPVNE_FLAGS="home_gateway_check plain_http require_tls mss_clamp snat ndp_proxy mesh defaultroute"

[ -n "$INCLUDE_ONLY" ] || {
	. /lib/functions.sh
	. /lib/functions/network.sh
	. ../netifd-proto.sh
	init_proto "$@"
}

# mapvne_quote VALUE: in single quotes libconfuse replaces nothing
mapvne_quote() {
	printf "'"
	printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g"
	printf "'"
}

# mapvne_key OPTION VALUE: a line of the block, unless there is no value
mapvne_key() {
	[ -n "$2" ] || return 0
	printf '\t%s = %s\n' "$(echo "$1" | tr _ -)" "$(mapvne_quote "$2")"
}

# mapvne_list OPTION VALUE...: the same, with all the values
mapvne_list() {
	local name="$1" one list=
	shift
	[ $# -gt 0 ] || return 0
	for one; do
		list="$list${list:+, }$(mapvne_quote "$one")"
	done
	printf '\t%s = { %s }\n' "$(echo "$name" | tr _ -)" "$list"
}

# mapvne_yes VALUE: yes, no, or what is neither, in the words of vne.conf(5)
mapvne_yes() {
	case "$1" in
	1|on|true|enabled) echo yes ;;
	0|off|false|disabled) echo no ;;
	*) printf '%s' "$1" ;;
	esac
}

# mapvne_word NAME RULE: the value of NAME in "type=map-e,ealen=16,..."
mapvne_word() {
	printf '%s' "$2" | tr ',' '\n' | sed -n "s/^$1=//p" | head -n 1
}

# mapvne_rule RULE: as "mapctl rule add" has it. A rule with ipv6prefix and
# prefix6len, as in the option rule of proto 'map'.
mapvne_rule() {
	local name to value text
	text="ipv6 $(mapvne_word ipv6prefix "$1")/$(mapvne_word prefix6len "$1")"
	value=$(mapvne_word prefix4len "$1")
	text="$text ipv4 $(mapvne_word ipv4prefix "$1")/${value:-32}"
	value=$(mapvne_word ealen "$1")
	text="$text ea-len ${value:-0}"
	for name in offset:psid-offset psid:psid psidlen:psid-len; do
		to=${name#*:} name=${name%:*}
		value=$(mapvne_word "$name" "$1")
		[ -z "$value" ] || text="$text $to $value"
	done
	case ",$1," in
	*,fmr,*|*,fmr=1,*) text="$text fmr" ;;
	esac
	printf '%s' "$text"
}

# The options of proto 'map' in the words of that: one rule.
mapvne_options_rule() {
	local text="ipv6prefix=$ip6prefix,prefix6len=$ip6prefixlen,ipv4prefix=$ipaddr,prefix4len=$ip4prefixlen"
	[ -z "$ealen" ] || text="$text,ealen=$ealen"
	[ -z "$psid" ] || text="$text,psid=$psid"
	[ -z "$psidlen" ] || text="$text,psidlen=$psidlen"
	[ -z "$offset" ] || text="$text,offset=$offset"
	printf '%s' "$text"
}

# The far end of a rule counts where there is no option of its own.
mapvne_rules() {
	local one
	# shellcheck disable=SC2086 # words
	set -- ${rule:-$(mapvne_options_rule)}
	for one; do
		[ -n "$br" ] || br=$(mapvne_word br "$one")
		[ -n "$dmr" ] || dmr=$(mapvne_word dmr "$one")
		set -- "$@" "$(mapvne_rule "$one")"
		shift
	done
	mapvne_list rule "$@"
}

# A binding as odhcp6c has it, in the words of the options.
mapvne_binding() {
	ipaddr=$(mapvne_word ipv4prefix "$rule")
	psid=$(mapvne_word psid "$rule")
	psidlen=$(mapvne_word psidlen "$rule")
	offset=$(mapvne_word offset "$rule")
	br=${br:-$(mapvne_word br "$rule")}
}

mapvne_static() {
	case "$type" in
	map-e|map-t)
		mapvne_rules ;;
	lw4o6)
		[ -z "$rule" ] || mapvne_binding
		mapvne_key ipv4-address "$ipaddr"
		mapvne_key psid "$psid"
		mapvne_key psid-length "$psidlen"
		mapvne_key psid-offset "$offset" ;;
	fixed-ip)
		mapvne_key ipv4-address "$ipaddr${ip4prefixlen:+/$ip4prefixlen}" ;;
	esac
	[ "$(mapvne_yes "$legacymap")" != yes ] || mapvne_key iid draft03
}

# mapvne_block CFG LINK WAN: the block of an interface. The options are in the
# variables that json_get_vars has set.
mapvne_block() {
	local key value
	printf 'vne "%s" {\n' "$2"
	mapvne_key interface "$3"
	case "${source:-static}" in
	static)
		type=${type:-map-e}
		mapvne_key mode "$type"
		case "$type" in
		map-t|464xlat) dmr=${dmr:-$peeraddr} ;;
		*) br=${br:-$peeraddr} ;;
		esac
		mapvne_static ;;
	*)
		mapvne_key mode "$type" ;;
	esac
	for key in $MAPVNE_KEYS; do
		eval "value=\$$key"
		mapvne_key "$key" "$value"
	done
	# shellcheck disable=SC2086 # words
	mapvne_list dns_server $dns_server
	for key in $MAPVNE_FLAGS; do
		eval "value=\$$key"
		[ "$key" != defaultroute ] || key=default-route
		mapvne_key "$key" "$(mapvne_yes "$value")"
	done
	mapvne_key route-metric "$metric"
	printf '}\n'
}

# mapvne_fail CFG ERROR [TEXT]: only another configuration helps. The task that
# waits keeps netifd from trying again; with proto_block_restart a corrected
# configuration would not be tried, either.
mapvne_fail() {
	[ -z "$3" ] || logger -t mapvne -p daemon.err "$1: $3"
	proto_notify_error "$@"
	proto_run_command "$1" "$MAPVNE_LIB/netifd-watch" "$1"
}

# What proto 'map' takes and no line here has.
mapvne_ignored() {
	[ -z "$ttl" ] ||
		logger -t mapvne "$1: ttl has no effect: it is 64, or the packet's own with map-t"
	case "$encaplimit" in
	''|ignore) ;;
	*) logger -t mapvne "$1: encaplimit has no effect: packets have no such option" ;;
	esac
}

# The device of the logical interface below, and that.
mapvne_wan() {
	below=$tunlink
	[ -n "$below" ] || network_find_wan6 below
	[ -z "$below" ] || network_get_device wan "$below"
}

# The prefix of a static interface, 6rd, or WireGuard is known to netifd only.
# DHCPv6 has a hook, which says more: how long it is valid, and that it changes.
mapvne_prefix() {
	local proto
	[ "$type" != ds-lite ] && [ -z "$prefix$prefix_from" ] || return 0
	network_get_protocol proto "$below"
	[ "$proto" = dhcpv6 ] || network_get_prefix6 prefix "$below"
}

# mapvne_wrong: what vnectl cannot see
mapvne_wrong() {
	case "$(mapvne_yes "$legacymap")" in
	''|yes|no) ;;
	*) echo "option legacymap: \"$legacymap\" is wrong: it is 0 or 1" ;;
	esac
	case "${source:-static} ${type:-map-e} $rule$ip6prefix" in
	"static map-e "|"static map-t ")
		echo "option rule or ip6prefix is missing" ;;
	esac
}

# The default route is netifd's where it is in a table of its own.
mapvne_route() {
	route=$(mapvne_yes "$defaultroute")
	route=${route:-yes}
	[ -z "$ip4table" ] || defaultroute=no
}

proto_mapvne_setup() {
	local cfg="$1" link="map-$1" wan below route said file="$MAPVNE_DIR/$1.block.new"
	# shellcheck disable=SC2086 # lists
	local $MAPVNE_OPTIONS $MAPVNE_KEYS $MAPVNE_LISTS $MAPVNE_FLAGS

	# shellcheck disable=SC2086 # lists
	json_get_vars $MAPVNE_OPTIONS $MAPVNE_KEYS $MAPVNE_FLAGS
	json_get_values rule rule
	json_get_values dns_server dns_server
	[ "${#link}" -le 15 ] || { mapvne_fail "$cfg" NAME_TOO_LONG; return; }
	type=${maptype:-$type}
	mapvne_ignored "$cfg"
	# netifd sets up again when that is there: no reason to give up.
	( proto_add_host_dependency "$cfg" :: "$tunlink" )
	mapvne_wan
	[ -n "$wan" ] || { proto_notify_error "$cfg" NO_WAN_LINK; return; }
	[ "$zone" != - ] || zone=
	mapvne_prefix
	mapvne_route

	mkdir -p "$MAPVNE_DIR"
	said=$(mapvne_wrong)
	[ -z "$said" ] || { mapvne_fail "$cfg" INVALID_CONFIG "$said"; return; }
	( umask 077; set -f; mapvne_block "$cfg" "$link" "$wan" >"$file" )
	said=$("$MAPVNE_LIB/netifd-join" add "$cfg" 2>&1) ||
		{ mapvne_fail "$cfg" INVALID_CONFIG "$said"; return; }
	# shellcheck disable=SC2086 # a word, or none
	proto_run_command "$cfg" "$MAPVNE_LIB/netifd-watch" "$cfg" "$link" "$below" "$wan" "$route" $zone
}

proto_mapvne_teardown() {
	local cfg="$1" said

	proto_kill_command "$cfg"
	# A setup that has failed has left none.
	[ -e "$MAPVNE_DIR/$cfg.block" ] || return 0
	said=$("$MAPVNE_LIB/netifd-join" del "$cfg" 2>&1) ||
		logger -t mapvne -p daemon.err "$cfg: $said"
}

proto_mapvne_renew() {
	vnectl renew "map-$1"
}

proto_mapvne_init_config() {
	local key

	# Only the last error: a line may wait for days, for one reason or another.
	# shellcheck disable=SC2034 # netifd-proto.sh reads them
	no_device=1 available=1 renew_handler=1 lasterror=1
	for key in $MAPVNE_OPTIONS $MAPVNE_KEYS $MAPVNE_FLAGS; do
		proto_config_add_string "$key"
	done
	for key in $MAPVNE_LISTS; do
		proto_config_add_array "$key"
	done
}

[ -n "$INCLUDE_ONLY" ] || add_protocol mapvne
