# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# What netifd-proto.sh and its relatives have, for the scripts of user/openwrt:
# what they are told is printed. (Functions go before the programs that busybox has
# in it.) From the test: $WORK with its files "addresses", "zone", "log", and the
# options of an interface in $OPTIONS, of which $DECLARED are declared.

ip() { cat "$WORK/addresses"; }

logger() {
	while getopts t:p: _; do :; done
	shift $((OPTIND - 1))
	OPTIND=1
	echo "$*" >>"$WORK/log"
}

# declared NAME WORD...: netifd passes only what init_config has declared.
declared() {
	case "$DECLARED " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# NAME=VALUE; NAME=VALUE
option_names() {
	printf %s "$OPTIONS" | tr ';' '\n' | sed -n 's/^ *\([a-z0-9_]*\)=.*/\1/p'
}

json_get_vars() {
	local name asked=" $* "
	unset "$@"
	eval "$OPTIONS"
	for name in $(option_names); do
		case $asked in
		*" $name "*) declared "$name" || unset "$name" ;;
		*) unset "$name" ;;
		esac
	done
}

json_get_values() {
	declared "$2" || return 1
	eval "$1=\$(eval \"\$OPTIONS\"; printf %s \"\$$2\")"
}

proto_add_host_dependency() { echo "depends $2 $3" >>"$WORK/log"; }
json_add_string() { echo "json $*"; }
network_find_wan6() { eval "$1=wan6"; }
network_get_device() { [ "$2" = gone ] || eval "$1=eth-$2"; }
network_get_protocol() { eval "$1=\${PROTO_BELOW-dhcpv6}"; }
network_get_prefix6() { eval "$1=\${PREFIX_BELOW-}"; }

# The zone of the interface of a WAN, or of its device
fw4() {
	shift
	[ "$1" = "${FW4_KNOWS-network}" ] && grep . "$WORK/zone"
}

for f in proto_notify_error proto_block_restart proto_run_command proto_kill_command \
	proto_init_update proto_add_ipv4_address proto_add_ipv4_route proto_add_data proto_close_data \
	proto_send_update json_add_object json_close_object json_add_array json_close_array \
	proto_config_add_string proto_config_add_array add_protocol; do
	eval "$f() { echo \"$f \$*\"; }"
done
