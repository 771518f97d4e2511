# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2004 # HOST_ENV is of stage.sh
#
# The scene of lines: three homes that nobody has configured but for the name of
# their provider's system.

LINES_DIR=$WIRE/provider
VNE6=2001:db8:f:80::2

lines_picture() {
	cat <<'PICTURE'
   home4 (HB46PP)  --- wan ---+
   home5 (v6plus)  --- wan ---+-- core --- br --- server 198.51.100.2
   home6 (DHCPv6)  --- wan ---+    |
                                  vne: DNS, rule servers
PICTURE
}

# line_cable N: a router with a bare WAN, whose link-local address is known
line_cable() {
	ip netns add "home$1" &&
	ip link add wan netns "home$1" address "02:00:00:00:00:0$1" type veth peer name "toh$1" netns core &&
	inside "home$1" "$(declare -f sysctls); sysctls; echo 2 >/proc/sys/net/ipv6/conf/wan/accept_ra" &&
	ip -n "home$1" link set lo up && ip -n "home$1" link set wan up &&
	ip -n core addr add fe80::1/64 dev "toh$1" && ip -n core link set "toh$1" up
}

lines_network() {
	local n
	for n in 4 5 6; do
		line_cable "$n" || return
	done
	ip netns add vne &&
	ip link add eth0 netns vne type veth peer name tovne netns core &&
	host vne <<-LINES &&
	link set lo up
	addr add $VNE6/64 dev eth0
	link set eth0 up
	route add default via 2001:db8:f:80::1
	LINES
	ip -n core addr add 2001:db8:f:80::1/64 dev tovne &&
	ip -n core link set tovne up &&
	ip -n core -6 route add 2001:db8:17:3900::/56 via fe80::ff:fe00:6 dev toh6
}

# isp_do WORD...: the provider does something, and has done it
isp_starts() {
	mkdir -p "$LINES_DIR"
	exec {PROVIDER}> >(exec demo/provider "$LINES_DIR" >"$LINES_DIR/log" 2>&1)
}

isp_did() {
	grep -qxF -- "$1" "$LINES_DIR/done"
}

isp_do() {
	echo "$*" >&"$PROVIDER"
	until_ok 120 isp_did "$*"
}

# line N: its configuration from standard input, and the daemon
line() {
	local host=home$1
	mkdir -p "$WIRE/$host"
	cat >"$WIRE/$host/vne.conf"
	chmod 600 "$WIRE/$host/vne.conf"
	HOST_ENV[$host]="cd $WIRE/$host; export STATE_DIRECTORY=$WIRE/$host; "
	on "$host" 'cat vne.conf'
	on_bg "$host" "$WIRE/$host/vnectl.log" 'vnectl run vne.conf'
}

line_is_up() {
	inside "$1" 'vnectl status' >/dev/null 2>&1
}

line_has() {
	inside "$1" 'vnectl show' | grep -q "$2"
}

scene_lines() {
	local host
	title "Lines that provision themselves: HB46PP, v6plus, DHCPv6"
	lines_picture
	lines_network || give_up "the cables could not be laid"
	say "" "The border relay serves two rules; the second with the interface identifiers of" \
		"draft-03, which v6plus uses:"
	on_all br 'mapctl dev del map0' \
		"mapctl dev add map0 mode map-e role br local $br6" \
		"mapctl rule add dev map0 fmr $rule" \
		'mapctl rule add dev map0 fmr ipv6 2001:db8:100::/40 ipv4 203.0.113.0/24 ea-len 16 psid-offset 4 iid draft03' \
		'ip link set map0 up' 'ip route add 192.0.2.0/24 dev map0' 'ip route add 203.0.113.0/24 dev map0'
	isp_starts
	isp_do servers
	say "" "The routers know who their provider is, and nothing else:"
	line 4 <<-CONF
	vne "vne0" {
	    interface = wan
	    source = hb46pp
	    dns-server = { $VNE6 }
	    ca-file = $LINES_DIR/certificates/ca.pem
	}
	CONF
	line 5 <<-CONF
	vne "vne0" {
	    interface = wan
	    source = v6plus
	    bmr-hostname = vne.test
	    code = maker-code
	    dns-server = { $VNE6 }
	    ca-file = $LINES_DIR/certificates/ca.pem
	}
	CONF
	line 6 <<-CONF
	vne "vne0" {
	    interface = wan
	    source = dhcpv6
	}
	CONF
	on home4 'vnectl status || true'
	expect "no router has announced anything yet: it says what it waits for" 'waits for a router advertisement'
	say "" "Now the provider's routers announce prefixes; home6 asks for one, by dhclient."
	isp_do announce toh4 2001:db8:14:3600::/64
	isp_do announce toh5 2001:db8:115:3700::/64
	isp_do announce toh6 2001:db8:f:6::/64
	isp_do delegate toh6 2001:db8:17:3900::/56-56
	isp_do request home6 wan
	for host in home4 home5 home6; do
		until_ok 120 line_is_up "$host"
		on "$host" 'vnectl status'
		expect "$host has IPv4" 'vne0: up .* map-e, (192\.0\.2|203\.0\.113)\.'
		on "$host" 'curl -sS -m 60 -o /dev/null -w "%{http_code}, %{size_download} bytes\n" http://198.51.100.2/file'
		expect "a download" '^200, 1000000 bytes'
	done
	on home5 'vnectl show'
	expect "all that there is to know" 'end user ipv6 prefix: 2001:db8:115:3700::/64 \(ra\)'
	scene_renumbered
}

scene_renumbered() {
	say "" "home5 is renumbered, while home4 downloads:"
	on_bg home4 "$WIRE/slow" 'curl -sS -m 120 --limit-rate 150k -o /dev/null -w "%{http_code}, %{size_download} bytes\n" http://198.51.100.2/file'
	isp_do announce toh5 2001:db8:116:3800::/64 2001:db8:115:3700::/64,0,0
	until_ok 120 line_has home5 '203\.0\.113\.22'
	on home5 'vnectl show'
	expect "another prefix, thus another address" 'tunnel ipv4 addr: 203\.0\.113\.22'
	until_ok 60 line_is_up home5
	on home5 'curl -sS -m 60 -o /dev/null -w "%{http_code}, %{size_download} bytes\n" http://198.51.100.2/file'
	expect "and it works" '^200, 1000000 bytes'
	until_ok 120 grep -q . "$WIRE/slow"
	verify "home4 has not noticed" grep -q '^200, 1000000 bytes' "$WIRE/slow"
	on home4 'vnectl doctor to 198.51.100.2'
	expect "nothing is broken at home4" 'ports +ok'
	on home5 'vnectl down'
	on home5 'ip -d link show vne0 || echo gone'
	expect "and all that was set up can be taken away" 'gone$'
	echo end >&"$PROVIDER"
}
