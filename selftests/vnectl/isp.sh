# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A provider, its customer's router with a bare WAN, and the daemon on it, for
# the tests of lines.
#
#                         +--- $vne   2001:db8:f:80::2: DNS, web servers
#   $pc --- $ce --------- $core --- $br --- $srv 198.51.100.2
#   10.0.0.2    wan    ce1
#               wan2   ce2
#
# Rule, BR and addresses are those of map/topo.sh: the line has the prefix
# 2001:db8:12:3400::/56, thus 192.0.2.18 and PSID 0x34. What the line is after it
# was renumbered, and the second line, have variables with _NEW and _2.

# shellcheck source=selftests/map/topo.sh
. "$(dirname "${BASH_SOURCE[0]}")/../map/topo.sh"
# shellcheck source=selftests/map/traffic.sh
. "$TESTS/map/traffic.sh"
WORK=$(mktemp -d)
defer "rm -rf $WORK"
# shellcheck source=selftests/vnectl/servers.sh
. "$TESTS/vnectl/servers.sh"
# shellcheck source=selftests/vnectl/provider.sh
. "$TESTS/vnectl/provider.sh"
chmod 755 "$WORK"

VNE6=2001:db8:f:80::2
PREFIX=2001:db8:12:3400::/56
PREFIX64=2001:db8:12:3400::/64
# The address of the WAN in it.
WAN6=2001:db8:12:3400:0:ff:fe00:1
PREFIX_NEW=2001:db8:13:3500::/56
PREFIX64_NEW=2001:db8:13:3500::/64
CE4_NEW=192.0.2.19
CE6_NEW=2001:db8:13:3500:0:c000:213:35
PREFIX_2=2001:db8:14:3600::/56
PREFIX64_2=2001:db8:14:3600::/64
CE4_2=192.0.2.20
CE6_2=2001:db8:14:3600:0:c000:214:36
# The hardware addresses, so that the core knows the CE's link-local ones.
WAN_MAC=02:00:00:00:00:0

# isp_up: all but the WAN's configuration, and what is on the BR
isp_up() {
	need_root
	need_cmd vnectl
	load_map
	topo_core
	setup_ns vne ce pc
	forwarding "$ce"
	ip_batch "$vne" <<-EOF &&
		link add eth0 up type veth peer name tovne netns $core
		addr add $VNE6/64 dev eth0
		route add default via 2001:db8:f:80::1
	EOF
	ip_batch "$core" <<-EOF &&
		link set tovne up
		addr add 2001:db8:f:80::1/64 dev tovne
	EOF
	ip_batch "$ce" <<-EOF &&
		link add lan up type veth peer name eth0 netns $pc
		addr add 10.0.0.1/24 dev lan
	EOF
	ip_batch "$pc" <<-EOF || { fail "provider and customer are cabled"; finish; }
		link set eth0 up
		addr add $LAN4/24 dev eth0
		route add default via 10.0.0.1
	EOF
	# Instead of the machine's servers, for all that is started in $ce.
	defer "rm -rf /etc/netns/$ce"
	mkdir -p "/etc/netns/$ce" && echo "nameserver $VNE6" >"/etc/netns/$ce/resolv.conf"
	isp_wan wan 1
	serve "$srv" 8080
}

# isp_servers "PORT[=CERTIFICATE]..." [OPTION-OF-DNSMASQ...]: web servers at the
# provider, and the DNS that knows them as vne.test
isp_servers() {
	certificates vne.test
	# shellcheck disable=SC2086 # words
	web_up "$vne" $1
	dns_up "$vne" "--host-record=vne.test,$VNE6" "${@:2}"
}

# isp_wan DEV N: a bare WAN: a cable to the core, and up. A router that takes
# router advertisements has to say so.
isp_wan() {
	ip_batch "$ce" <<-EOF &&
		link add $1 address $WAN_MAC$2 mtu $MTU type veth peer name ce$2 mtu $MTU netns $core
	EOF
	nsx "$ce" sysctl -qw "net.ipv6.conf.$1.accept_ra=2" &&
	nsx "$core" sysctl -qw "net.ipv6.conf.ce$2.keep_addr_on_down=1" &&
	ip -n "$ce" link set "$1" up &&
	ip -n "$core" link set "ce$2" addrgenmode none &&
	carrier "$2" up || { fail "the WAN $1 is cabled"; finish; }
}

# carrier N {up|down}: of the cable to a WAN. (Link-local addresses do not
# survive it.)
carrier() {
	ip -n "$core" link set "ce$1" "$2" &&
	{ [[ $2 = down ]] || ip -n "$core" addr replace fe80::1/64 dev "ce$1"; }
}

# wan_static DEV N [PREFIX]: addresses and routes by hand
wan_static() {
	ip_batch "$ce" <<-EOF &&
		addr add 2001:db8:f:$2::2/64 dev $1
		route add default via fe80::1 dev $1 metric $2
	EOF
	ip -n "$core" addr add "2001:db8:f:$2::1/64" dev "ce$2" &&
	{ [[ $# -lt 3 ]] || wan_route "$3" "$2"; }
}

# wan_ra DEV N PREFIX: the core announces a /64 (and looks for each address in it
# on the link). Again: instead of the one before, which is taken back.
wan_ra() {
	local before=${RA_PREFIX[$2]-} gone=
	[[ ! $before || $before = "$3" ]] || gone=$before,0,0
	RA_PREFIX[$2]=$3
	ip -n "$core" addr replace "${3%/*}1/${3#*/}" dev "ce$2"
	# shellcheck disable=SC2086 # a word, or none
	ra_up "$core" "ce$2" "$3" $gone
}
declare -A RA_PREFIX

# wan_route PREFIX N: the core's way to a prefix of the customer
wan_route() {
	ip -n "$core" -6 route replace "$1" via "fe80::ff:fe00:$2" dev "ce$2"
}

# The other ends.

# The BR's part of the DMR, and the way to it.
topo_dmr() {
	mapctl -n "$br" rule add dev map0 dmr $DMR &&
	ip -n "$br" -6 route add $DMR dev map0 &&
	ip -n "$core" -6 route add $DMR via 2001:db8:f:ff::2
}

# br_map: our device as BR, by $MODE, $RULE and $DMR
br_map() {
	topo_br || { fail "the BR is set up"; finish; }
}

# br_ip6tnl REMOTE IPV4...: the kernel's own tunnel, from an address that our
# device has not
BR6_2=2001:db8:ffff::2
br_ip6tnl() {
	local net
	need_module ip6_tunnel
	ip -n "$br" link del tnl 2>/dev/null
	ip -n "$br" addr replace $BR6_2/128 dev lo &&
	ip -n "$core" -6 route replace $BR6_2 via 2001:db8:f:ff::2 &&
	ip -n "$br" link add tnl type ip6tnl mode ipip6 local $BR6_2 remote "$1" encaplimit none &&
	ip -n "$br" link set tnl up || { fail "the tunnel at the provider is set up"; finish; }
	shift
	for net; do
		ip -n "$br" route replace "$net" dev tnl
	done
}

# br_aftr REMOTE: AFTR of DS-Lite: a tunnel, and NAT44 (RFC 6333)
br_aftr() {
	br_ip6tnl "$1" 192.0.0.0/29 10.0.0.0/24
	br_nat
}

# br_nat: the provider translates
br_nat() {
	nsx "$br" nft "add table ip t
		add chain ip t post { type nat hook postrouting priority srcnat; }
		add rule ip t post oifname out masquerade"
}

# br_translator PREFIX: for 464XLAT a stateless one, and NAT44 (see
# map/mapt-clat.sh)
br_translator() {
	mapctl -n "$br" dev add map0 mode map-t role br &&
	mapctl -n "$br" rule add dev map0 fmr ipv6 "$1" ipv4 192.0.0.1/32 ea-len 0 &&
	mapctl -n "$br" rule add dev map0 dmr "$DMR" &&
	ip -n "$br" link set map0 up &&
	ip -n "$br" route add 192.0.0.1/32 dev map0 &&
	ip -n "$br" -6 route add "$DMR" dev map0 &&
	ip -n "$core" -6 route add "$DMR" via 2001:db8:f:ff::2 &&
	br_nat || { fail "the translator is set up"; finish; }
}

# The daemon at the customer's.

CONF=$WORK/vne.conf
LOG=$WORK/vnectl.log

# conf: the configuration, from standard input; of the mode that it has to have
conf() {
	cat >"$CONF"
	chmod 600 "$CONF"
}

# line_map_e: a line with a rule from the file, up
line_map_e() {
	conf <<-CONF
		vne "vne0" {
			interface = wan
			br = $BR6
			rule = { "$RULE" }
		}
	CONF
	vne_up
	wan_ra wan 1 $PREFIX64
	check_up vne0
}

# hb46pp_conf [LINE...]: a line that is told all by HB46PP; an hour is a second
hb46pp_conf() {
	conf <<-CONF
		time-scale = 3600
		vne "vne0" {
			interface = wan
			source = hb46pp
			ca-file = $CERTS/ca.pem
			$(printf '%s\n' "$@")
		}
	CONF
}

# vne_up: the daemon, with $CONF. Its process is $PID.
vne_up() {
	STATE_DIRECTORY=$WORK/state ip netns exec "$ce" vnectl run "$CONF" 2>>"$LOG" &
	PID=$!
	disown $!
	busywait 10000 vnectl -n "$ce" show >/dev/null || fail "the daemon starts" "$(cat "$LOG")"
}

# vne_down: it ends as with a service manager
vne_down() {
	kill -TERM "$PID"
	busywait 10000 not test -d "/proc/$PID"
}

vne_kill() {
	kill -KILL "$PID"
	busywait 5000 not test -d "/proc/$PID"
}

# show NAME JQ: of the daemon's report, which is an array
show() {
	vnectl -n "$ce" -j show "$1" | jq -r ".[0] | $2"
}

# shows NAME JQ VALUE
shows() {
	[[ $(show "$1" "$2") = "$3" ]]
}

# is_up NAME, is_at NAME STATE
is_up() {
	shows "$1" .state up
}

is_at() {
	shows "$1" .state "$2"
}

# check_up NAME [WHAT]: it comes up
check_up() {
	comes "${2-$1 comes up}" is_up "$1"
}

# comes WHAT CONDITION...: within some seconds, or the daemon may explain itself
comes() {
	if slowwait 30 "${@:2}"; then
		pass "$1"
	else
		fail "$1" "\$ ${*:2}" "$(vnectl -n "$ce" show 2>&1)" "$(tail -n 20 "$LOG")"
	fi
}

# check_state NAME STATE WHAT
check_state() {
	comes "$3" is_at "$1" "$2"
}

# what_is_there: all of IPv4 and the tunnel that a line could have left: devices,
# addresses, routes, neighbours, in a form that can be compared
what_is_there() {
	devices
	ip -n "$ce" -4 -o addr show | sed 's/^[0-9]*: //'
	ip -n "$ce" -6 -o addr show dev wan scope global | awk '$4 ~ "/128$" { print $4 }'
	ip -n "$ce" -4 route show
	ip -n "$ce" -6 route show | grep -vE '^(fe80|default|2001:db8:[0-9a-f:]+/64)'
	ip -n "$ce" -6 neigh show proxy
	nsx "$ce" nft list tables 2>/dev/null | grep vne-
	true
}

# devices: those of lines
devices() {
	ip -n "$ce" -o link show type map | awk -F'[ :@]+' '{ print $2 }'
}

nothing_there() {
	[[ ! $(devices) ]]
}

# said REGEX: in the log of the daemon
said() {
	grep -qE -- "$1" "$LOG"
}

# Traffic of a user: ping, a page of which the source is told, 1 MB
check_traffic() {
	check "$1: ping" pings "$pc" $SRV4
	check "$1: download" download "$pc" $SRV4:8080 1000000
	check "$1: upload" upload "$pc" $SRV4:8080 300000
}

# hold: one connection from the LAN, in the background, which moves data all the
# time; held WHAT: it has not ended, and now ends well.
hold() {
	rm -f "$WORK/held" "$WORK/hold"
	ip netns exec "$pc" /usr/bin/python3 "$TESTS/vnectl/hold.py" $SRV4 8080 20000000 "$WORK/held" >"$WORK/hold" 2>&1 &
	HOLD=$!
	busywait 10000 grep -qs begun "$WORK/hold" || fail "a connection is opened" "$(cat "$WORK/hold")"
}

held() {
	check "$1: the connection is there" kill -0 "$HOLD"
	touch "$WORK/held"
	if wait "$HOLD"; then
		pass "$1: it lives on, to its end"
	else
		fail "$1: it lives on, to its end" "$(cat "$WORK/hold")"
	fi
}

# no_secrets WORD...: nobody can read them in log or reports
no_secrets() {
	local word all
	all=$(cat "$LOG"; vnectl -n "$ce" show; vnectl -n "$ce" -j show; vnectl -n "$ce" status; tr '\0' ' ' <"/proc/$PID/cmdline")
	for word; do
		check "\"$word\" is told nobody" not grep -qF -- "$word" <<<"$all"
	done
}
