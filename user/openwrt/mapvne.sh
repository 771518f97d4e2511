#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Protocol handler of netifd, proto 'mapvne', in /lib/netifd/proto. The options
# of OpenWrt's own proto 'map' mean the same here: maptype or type, rule, ipaddr,
# ip4prefixlen, ip6prefix, ip6prefixlen, peeraddr, ealen, psidlen, psid, offset,
# legacymap, tunlink, mtu, zone; ttl and encaplimit have no effect. The others
# are the keys of vne.conf(5), with underscores.
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
MAPVNE_CONF=$MAPVNE_DIR/vne.conf
MAPVNE_BASE=${MAPVNE_BASE:-/etc/vne/vne.conf}
MAPVNE_INIT=${MAPVNE_INIT:-/etc/init.d/vnectl}

# Keys that are passed on as they are, and those that are yes or no.
MAPVNE_KEYS="source prefix prefix_from br dmr interface_identifier bmr_hostname code
	home_gateway_url discovery_domain vendor_id product server_name http_username
	http_password update_url update_service update_hostname update_id
	update_password ca_file ssl_certificate ssl_key snat_reserve mtu"
MAPVNE_FLAGS="home_gateway_check plain_http mss_clamp snat ndp_proxy mesh defaultroute"

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

mapvne_flag() {
	case "$2" in
	'') return 0 ;;
	1) mapvne_key "$1" yes ;;
	*) mapvne_key "$1" no ;;
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
	local one list
	for one in ${rule:-$(mapvne_options_rule)}; do
		list="$list${list:+, }$(mapvne_quote "$(mapvne_rule "$one")")"
		[ -n "$br" ] || br=$(mapvne_word br "$one")
		[ -n "$dmr" ] || dmr=$(mapvne_word dmr "$one")
	done
	printf '\trule = { %s }\n' "$list"
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
	[ "$legacymap" != 1 ] || mapvne_key iid draft03
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
	for key in $MAPVNE_FLAGS; do
		eval "value=\$$key"
		[ "$key" != defaultroute ] || key=default-route
		mapvne_flag "$key" "$value"
	done
	mapvne_key route-metric "$metric"
	printf '}\n'
}

# All blocks in one file, and the daemon told, or started.
mapvne_apply() {
	(
		flock 9
		umask 077
		cat "$MAPVNE_BASE" "$MAPVNE_DIR"/*.block >"$MAPVNE_CONF.new" 2>/dev/null
		mv "$MAPVNE_CONF.new" "$MAPVNE_CONF"
		vnectl reload 2>/dev/null || "$MAPVNE_INIT" start
	) 9>"$MAPVNE_DIR/lock"
}

# mapvne_fail CFG ERROR [TEXT]: where only another configuration helps
mapvne_fail() {
	proto_notify_error "$@"
	proto_block_restart "$1"
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

proto_mapvne_setup() {
	local cfg="$1" link="map-$1" wan below file="$MAPVNE_DIR/$1.block" said
	# shellcheck disable=SC2034 # they are read by their names
	local type maptype ttl encaplimit rule ipaddr ip4prefixlen ip6prefix ip6prefixlen peeraddr ealen psidlen psid offset \
		legacymap tunlink zone metric mtu defaultroute source prefix prefix_from br dmr \
		interface_identifier bmr_hostname code home_gateway_url discovery_domain vendor_id \
		product server_name http_username http_password update_url update_service \
		update_hostname update_id update_password ca_file ssl_certificate ssl_key \
		snat_reserve home_gateway_check plain_http mss_clamp snat ndp_proxy mesh

	# shellcheck disable=SC2086 # lists
	json_get_vars type maptype ttl encaplimit rule ipaddr ip4prefixlen ip6prefix ip6prefixlen peeraddr \
		ealen psidlen psid offset legacymap tunlink zone metric $MAPVNE_KEYS $MAPVNE_FLAGS
	[ "${#link}" -le 15 ] || { mapvne_fail "$cfg" NAME_TOO_LONG; return; }
	type=${maptype:-$type}
	mapvne_ignored "$cfg"
	# netifd sets up again when that is there: no reason to give up.
	( proto_add_host_dependency "$cfg" :: "$tunlink" )
	mapvne_wan
	[ -n "$wan" ] || { proto_notify_error "$cfg" NO_WAN_LINK; return; }
	[ "$zone" != - ] || zone=

	mkdir -p "$MAPVNE_DIR"
	( umask 077; mapvne_block "$cfg" "$link" "$wan" >"$file.new" )
	if ! said=$(vnectl check "$file.new" 2>&1); then
		logger -t mapvne "$cfg: $said"
		rm -f "$file.new"
		mapvne_fail "$cfg" INVALID_CONFIG "$said"
		return
	fi
	mv "$file.new" "$file"
	mapvne_apply
	proto_run_command "$cfg" /usr/lib/vnectl/netifd-watch "$cfg" "$link" "$below" $zone
}

proto_mapvne_teardown() {
	local cfg="$1"

	proto_kill_command "$cfg"
	rm -f "$MAPVNE_DIR/$cfg.block"
	mapvne_apply
}

proto_mapvne_renew() {
	vnectl renew "map-$1"
}

proto_mapvne_init_config() {
	local key

	# shellcheck disable=SC2034 # netifd-proto.sh reads them
	no_device=1 available=1 renew_handler=1
	for key in type maptype rule ipaddr ip6prefix peeraddr tunlink zone encaplimit; do
		proto_config_add_string "$key"
	done
	for key in ip4prefixlen ip6prefixlen ealen psidlen psid offset ttl metric; do
		proto_config_add_int "$key"
	done
	proto_config_add_boolean legacymap
	for key in $MAPVNE_KEYS; do
		proto_config_add_string "$key"
	done
	for key in $MAPVNE_FLAGS; do
		proto_config_add_boolean "$key"
	done
}

[ -n "$INCLUDE_ONLY" ] || add_protocol mapvne
