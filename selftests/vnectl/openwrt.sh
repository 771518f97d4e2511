#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# The protocol handler of OpenWrt, with stubs of netifd's functions, brings up a
# line by the daemon; behind the firewall rules that it asks fw4 for, a server in
# the LAN is reached from outside, also before the router itself has sent a packet
# through the tunnel.

. "$(dirname "$0")/isp.sh"
need_cmd nft
need_cmd jq

OPENWRT=$(realpath "$TESTS/../user/openwrt")
LINK=map-wan4
export WORK
export OPTIONS="type=$MODE; rule='type=$MODE,ipv6prefix=2001:db8::,prefix6len=40,ipv4prefix=192.0.2.0,prefix4len=24,ealen=16,offset=4';
	peeraddr=${DMR-$BR6}; snat_reserve=$PORT"
export DECLARED=" type rule peeraddr snat_reserve "
export MAPVNE_DIR=$WORK/mapvne MAPVNE_BASE=$WORK/none MAPVNE_INIT=$WORK/init MAPVNE_LIB=$WORK/lib NETIFD_DIR=$WORK/lib
CONF=$MAPVNE_DIR/vne.conf

# The scripts, with real programs where there are some
scripts() {
	local script
	mkdir -p "$WORK/lib" "$MAPVNE_DIR" "$WORK/bin"
	cat >"$WORK/lib/netifd-proto.sh" <<-SH
		. "$TESTS/vnectl/netifd.sh"
		unset -f ip fw4
		network_get_device() { eval "\$1=wan"; }
	SH
	printf '#!/bin/sh\necho wan\n' >"$WORK/bin/fw4"
	# jsonfilter -q -s JSON -e @[0].KEY
	printf '#!/bin/sh\nprintf %%s "$3" | jq -re ".${5#@} | select(. != null)"\n' >"$WORK/bin/jsonfilter"
	for script in netifd-join netifd-watch; do
		sed "s|^\. /lib/functions.sh||; s|^MAPVNE_DIR=|. $NETIFD_DIR/netifd-proto.sh; &|" "$OPENWRT/$script" >"$WORK/lib/$script"
	done
	chmod 755 "$WORK/bin"/* "$WORK/lib"/*
	PATH=$WORK/bin:$PATH
}

# handler FUNCTION: of the interface wan4
handler() {
	INCLUDE_ONLY=1 ip netns exec "$ce" sh -c '. "$1/netifd-proto.sh"; . "$2/mapvne.sh"; "$3" wan4' sh "$NETIFD_DIR" "$OPENWRT" "$1" 2>&1
}

# fw4_load GREP-ARGUMENT...: its rules for that part of what netifd has heard
fw4_load() {
	grep "$@" "$WORK/heard" | python3 "$TESTS/vnectl/fw4.py" $LINK wan=wan,$LINK >"$WORK/rules" &&
	nsx "$ce" nft -f "$WORK/rules"
}

told_up() {
	grep -qs "json dest_ip" "$WORK/heard"
}

# reach: a page of the server in the LAN, from outside
reach() {
	fetch "$srv" $CE4:$PORT/who --max-time "${1-20}"
}

isp_up
br_map
scripts
serve "$pc" 8081
mkdir -p "$MAPVNE_DIR" && : >"$CONF"
vne_up
wan_ra wan 1 $PREFIX64
nsx "$ce" nft -f - <<-NFT
	table ip ports {
		chain prerouting {
			type nat hook prerouting priority dstnat
			iifname $LINK tcp dport $PORT dnat to $LAN4:8081
		}
	}
NFT
task=$(handler proto_mapvne_setup)
check_eq "netifd's task" "$task" "proto_run_command wan4 $WORK/lib/netifd-watch wan4 $LINK wan6 wan yes"
# shellcheck disable=SC2086 # the words of a command
ip netns exec "$ce" sh ${task#proto_run_command wan4 } >"$WORK/heard" 2>&1 &
watch=$!
defer "kill $watch 2>/dev/null"
check "netifd hears of the line" slowwait 30 told_up
check_eq "with its address" "$(grep -m1 ipv4_address "$WORK/heard")" "proto_add_ipv4_address $CE4 32"

check "the firewall without these rules" fw4_load proto_
check "nobody comes in" not reach 2
check "the firewall with the rules of the line's own device" fw4_load -v "json device"
check "nobody comes in, either" not reach 2
check "the firewall as it is" fw4_load .
check_match "the server is reached from outside" "^$SRV4 " reach
check "and what goes out comes back" pings "$pc" $SRV4

handler proto_mapvne_teardown >/dev/null
check "teardown takes the line away" busywait 10000 nothing_there
gone() { [[ $(tail -n1 "$WORK/heard") = "proto_send_update wan4" && $(tail -n2 "$WORK/heard") = *"proto_init_update * 0"* ]]; }
check "netifd hears of that" busywait 5000 gone
finish
