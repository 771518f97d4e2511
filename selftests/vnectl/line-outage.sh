#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
#
# Outages under traffic: servers that are away, slow or broken take nothing away
# from a line that is up; a link that flaps does not break connections, and a WAN
# that was gone is up again when it is back.

. "$(dirname "$0")/isp.sh"

isp_up
br_map
isp_servers 443=vne "$(hb46pp_txt https://vne.test/rule.cgi b)"
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
hb46pp_conf
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0

retries() {
	[[ $(show vne0 .source.step) = retry ]]
}
index() {
	ip -n "$ce" -o link show vne0 | cut -d: -f1
}
is=$(index)

hold
reply "$vne" rule.cgi '{"status": 500}'
vnectl -n "$ce" renew vne0
comes "500: it is tried again" retries
check_eq "and told" "$(show vne0 .source.reply_code)" 500
reply "$vne" rule.cgi '{"delay": 8, "body": "{}"}'
no_answer() {
	show vne0 .source.why.text | grep -q 'no answer within'
}
comes "a server that takes its time is given up" no_answer
web_down "$vne"
vnectl -n "$ce" renew vne0
comes "no server: it is tried again" retries
dns_down "$vne"
vnectl -n "$ce" renew vne0
pause 1
check "no DNS either: it is up" is_up vne0
held "servers away"
dns_up "$vne" --host-record=vne.test,$VNE6 "$(hb46pp_txt https://vne.test/rule.cgi b)"
web_up "$vne" 443=vne
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
good_again() {
	shows vne0 .source.step good
}
comes "all is well again" good_again

# The carrier goes and comes.
hold
for _ in 1 2 3; do
	carrier 1 down
	comes "no carrier: it waits for it" is_at vne0 no-link
	carrier 1 up
	comes "and is up again" is_up vne0
done
held "the carrier"
check_eq "the device is the same one" "$(index)" "$is"

# The kernel takes all IPv6 addresses and routes of a WAN that is set down.
hold
ip -n "$ce" link set wan down
comes "the WAN is set down" is_at vne0 no-link
ip -n "$ce" link set wan up
comes "and up" is_up vne0
comes "traffic" pings "$pc" $SRV4
held "the WAN down and up"
check_eq "the device is the same one" "$(index)" "$is"

# The WAN is gone, as that of a modem on USB, and with it what was on it.
ip -n "$ce" link del wan
comes "the WAN is gone" is_at vne0 no-link
check_match "and that is told" "wan does not exist" show vne0 .why
isp_wan wan 1
ip -n "$core" addr replace 2001:db8:12:3400::1/64 dev ce1
ra_down "$core" ce1
ra_up "$core" ce1 $PREFIX64
comes "there is a new one" is_up vne0
comes "traffic" pings "$pc" $SRV4
check "download" download "$pc" $SRV4:8080 1000000

# Somebody deletes what is not theirs.
ip -n "$ce" link del vne0
vnectl -n "$ce" renew vne0
comes "a device that was deleted is there again after renew" pings "$pc" $SRV4
finish
