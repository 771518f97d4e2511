#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# What is wrong is said, and does no harm: configurations, which leave what runs
# as it is; certificates; rules for others; things in the way on the machine.

. "$(dirname "$0")/isp.sh"

isp_up
br_map
isp_servers "80 443=vne 8443=old 8444=elsewhere 8445=stranger"

good() {
	conf <<-CONF
		time-scale = 3600
		vne "vne0" {
			interface = wan
			br = $BR6
			rule = { "$RULE" }
			$1
		}
	CONF
}
good
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
there=$(what_is_there)

# wrong LINE MESSAGE: the file with this line more is refused, with its name, the
# number of the line, and what is wrong.
wrong() {
	good "$1"
	check_refused "$1" "$2" vnectl check "$CONF"
	check_refused "$1: reload" "vne\.conf:[0-9]+: .*" vnectl -n "$ce" reload
}
wrong 'nonsense = 1' ':6: .*"nonsense" is unknown \(accepted: interface, mode,'
wrong 'mtu = 1000' '"mtu" must be 0.*1280 to 65535'
wrong 'mtu = big' ':6: .*"mtu".*"big"'
wrong 'mode = map-x' 'auto, map-e, map-t, fixed-ip, ds-lite, lw4o6 or 464xlat'
wrong 'mode = ds-lite' '"rule" contradicts "mode" ds-lite'
wrong 'source = v6plus' '"rule" contradicts "source" v6plus'
wrong 'psid = 3' '"psid" contradicts'
wrong 'prefix = 2001:db8::/129' '"prefix"'
wrong 'prefix = 192.0.2.0/24' '"prefix"'
wrong 'ndp-proxy = maybe' 'no or yes'
wrong 'br = 2001:db8::1' '"br"'
wrong 'update-url = "ftp://x/"' '"update-url"'
wrong 'dns-server = { nowhere }' '"dns-server"'
wrong 'snat-reserve = "70000"' '"snat-reserve"'
wrong 'http-username = me' '"http-username" and "http-password" must be given together'
good '}
	vne "vne1" { interface = wan mode = ds-lite br = 2001:db8::9'
check_refused "two default routes with one metric" '"route-metric"' vnectl check "$CONF"
good '}
	vne "vne0" { interface = wan mode = ds-lite br = 2001:db8::9'
check_refused "two of one name" 'vne0' vnectl check "$CONF"
good 'http-username = me http-password = secret update-url = "https://vne.test/"'
chmod 644 "$CONF"
check_refused "secrets in a file that all can read" 'chmod 600' vnectl check "$CONF"
check_refused "by reload, too" 'chmod 600' vnectl -n "$ce" reload
check_eq "after all that, what is set up is as it was" "$(what_is_there)" "$there"
check "with traffic" pings "$pc" $SRV4

# Rules that are for others.
good
sed -i 's|ipv6 2001:db8::/40|ipv6 2001:db9::/40|' "$CONF"
check "a rule for another prefix can be loaded" vnectl -n "$ce" reload
comes "but nothing comes up" nothing_there
check_eq "the reason is netifd's word" "$(show vne0 .reason)" NO_MATCHING_PD
check_match "status is no success" 'NO_MATCHING_PD: .*2001:db8:12:3400::/64' bash -c "! vnectl -n $ce status"
check_match "the doctor knows, too" 'rule +BROKEN' bash -c "! vnectl -n $ce doctor vne0"
good
vnectl -n "$ce" reload
check_up vne0 "the right rule brings it up"
check_eq "as it was" "$(what_is_there)" "$there"

# Something in the way.
vnectl -n "$ce" down vne0
ip -n "$ce" route add default via 10.0.0.2 dev lan
vnectl -n "$ce" up vne0
check_state vne0 failed "somebody else's default route"
check_match "which is named" 'default route.* by lan' show vne0 .why
check_eq "it is left alone" "$(ip -n "$ce" route show default)" "default via 10.0.0.2 dev lan "
good 'route-metric = 5'
vnectl -n "$ce" reload
check_up vne0 "another metric"
ip -n "$ce" route del default via 10.0.0.2 dev lan
check "traffic" pings "$pc" $SRV4
vnectl -n "$ce" down vne0
ip -n "$ce" link add vne0 type dummy
vnectl -n "$ce" up vne0
check_state vne0 failed "somebody else's device of that name"
check_match "which is left alone" dummy ip -n "$ce" -d link show vne0
ip -n "$ce" link del vne0
vnectl -n "$ce" down vne0
vnectl -n "$ce" up vne0
check_up vne0 "without it, it comes up"
good 'interface = lan
	}
	vne "vne9" { interface = nowhere mode = ds-lite br = 2001:db8::9 route-metric = 9'
sed -i '/interface = lan/d' "$CONF"
vnectl -n "$ce" reload
check_state vne9 no-link "a WAN that does not exist is waited for"
check_match "and named" 'nowhere does not exist' show vne9 .why

# Certificates. HB46PP, section 3.1: t=b verifies, t=a does not.
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
hb46pp_conf
# at URL T: the server is announced there
at() {
	dns_down "$vne"
	dns_up "$vne" --host-record=vne.test,$VNE6 "$(hb46pp_txt "$1" "$2")"
	vnectl -n "$ce" renew vne0
}
vnectl -n "$ce" reload
comes "no server yet: what was set up goes" nothing_there
because() {
	[[ $(show vne0 '.why // .source.why.text') =~ $1 ]]
}
for port in "8443 expired" "8444 name|match|certificate" "8445 trust|issuer|certificate"; do
	at "https://vne.test:${port% *}/rule.cgi" b
	comes "certificate: ${port#* }" because "${port#* }"
	check "nothing comes up" nothing_there
	check_eq "and nothing was asked" "$(request_count "$vne" "" ".port == ${port% *}")" 0
done
at http://vne.test/rule.cgi b
comes "http with t=b (MUST be t=a)" because 'certificate has to be verified'
check "nothing comes up" nothing_there
check_eq "and nothing was asked" "$(request_count "$vne")" 0
at https://vne.test:8445/rule.cgi a
check_up vne0 "t=a: any certificate will do"
# From there a redirection leads nowhere in clear.
reply "$vne" rule.cgi '{"status": 307, "headers": {"Location": "http://vne.test/rule.cgi"}}'
at https://vne.test/rule.cgi b
comes "t=b: not from https to http" because 'redirect'
check_eq "really" "$(request_count "$vne" "" '.tls == false')" 0
reply "$vne" rule.cgi '{"status": 307, "headers": {"Location": "/rule.cgi"}}'
vnectl -n "$ce" renew vne0
comes "a redirection in a circle ends" because 'redirect'
check "the line is up all the time" pings "$pc" $SRV4

# Answers: too long, cut off, no JSON, of wrong types.
big='{"order": ["map_e"], "x": "'$(head -c 1200000 /dev/zero | tr '\0' x)'"}'
printf '%s' "$big" | jq -R '{body: .}' | reply "$vne" rule.cgi
vnectl -n "$ce" renew vne0
comes "an answer that is too long" because 'long|large|1048576|1 MiB'
for bad in '{"body": "{\"order\": [\"map_e\"]", "cut": 5}' '{"body": "{\"order\": [\"map_e\"]} more"}' \
	'{"body": [1, 2]}' '{"body": {"order": ["map_e"], "map_e": {"br": 1, "rules": "none"}}}' \
	'{"body": {"order": ["map_e"], "map_e": {"br": "::1", "rules": [{"ipv6": "2001:db8::/40", "ipv4": "192.0.2.0/24", "ea_length": 99, "psid_offset": 4}]}}}'; do
	n=$(request_count "$vne" /rule.cgi)
	reply "$vne" rule.cgi "$bad"
	vnectl -n "$ce" renew vne0
	comes "asked, and answered $bad" asked "$vne" /rule.cgi $((n + 2))
	check "the line is up all the time" is_up vne0
done
check "with traffic" pings "$pc" $SRV4
check "the daemon lives" kill -0 "$PID"
finish
