#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# The rule server of v6plus: rules, reports, the home gateway, and what each
# answer makes of the line. Identifiers are those of draft-03.

RULE="ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4 iid draft03"
. "$(dirname "$0")/isp.sh"
# 00 | IPv4 | PSID | 00
OWN6=2001:db8:12:3400:c0:2:1200:3400
RULES="2001:db8::/40 192.0.2.0/24 16 4"
ID=0123456789abcdef0123456789abcdef

isp_up
br_map
isp_servers "443=vne 8888" --host-record=ntt.setup,$VNE6
v6plus_reply "$vne" maker-code $BR6 "$RULES" "2001:db8:100::/40 203.0.113.0/24 16 4"
conf <<-CONF
	time-scale = 3600
	vne "vne0" {
		interface = wan
		source = v6plus
		bmr-hostname = vne.test
		code = maker-code
		ca-file = $CERTS/ca.pem
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64

# reported N ACTION REASON
reported() {
	asked "$vne" /maker-code/acct_report "$1" ".query.action == \"$2\" and .query.reason == \"$3\""
}
# reports ACTION REASON
reports() {
	request_count "$vne" /maker-code/acct_report ".query.action == \"$1\" and .query.reason == \"$2\""
}

check_up vne0
check_traffic "MAP-E by v6plus"
check_eq "MAP address by draft-03" "$(show vne0 .map_ipv6_addr)" $OWN6
check_eq "it is said to be" "$(show vne0 .map_legacy_draft3)" true
comes "report: start" reported 1 1 0
check_eq "asked from the WAN" "$(last_request "$vne" /maker-code/get_rules .source)" $WAN6
check_eq "the home gateway was asked before" "$(requests "$vne" | head -n1 | jq -r .path)" /enabler.ipv4/check
check_eq "who does no MAP" "$(show vne0 .source.v6plus_hgw_status)" map_off
check_eq "rules" "$(show vne0 .source.v6plus_rules_status)" serv_reply_ok_v6plus_ok
n=$(request_count "$vne" /maker-code/get_rules)
vnectl -n "$ce" renew vne0
comes "renew asks again" asked "$vne" /maker-code/get_rules $((n + 1))
check_eq "with the id that it was given" "$(last_request "$vne" /maker-code/get_rules .query.id)" $ID

# 5xx and silence: what is there serves on, asked again in 1 to 10 minutes.
for bad in '{"status": 500}' '{"close": true}' '{"body": "no({})"}'; do
	n=$(request_count "$vne" /maker-code/get_rules)
	reply "$vne" maker-code/get_rules "$bad"
	vnectl -n "$ce" renew vne0
	comes "asked, and answered $bad" asked "$vne" /maker-code/get_rules $((n + 2))
	check "which takes nothing away" pings "$pc" $SRV4
done
check_eq "and is told" "$(show vne0 .source.v6plus_rules_status)" serv_err

# {} and no match: down, report 2/3, again in 10 to 30 minutes.
n=$(reports 2 3)
reply "$vne" maker-code/get_rules '{"callback": true, "body": {}}'
comes "no rules: the line is taken down" nothing_there
comes "report: stop, rule mismatch" reported $((n + 1)) 2 3
check_eq "and is told" "$(show vne0 .source.v6plus_rules_status)" serv_reply_ok_no_rule
check_eq "nothing is saved" "$(cat "$WORK/state/vne0.json" 2>/dev/null)" ""
v6plus_reply "$vne" maker-code $BR6 "$RULES"
check_up vne0 "rules are back"
n=$(reports 2 3)
v6plus_reply "$vne" maker-code $BR6 "2001:db8:100::/40 203.0.113.0/24 16 4"
vnectl -n "$ce" renew vne0
comes "rules of others: the line is taken down" nothing_there
comes "report: stop, rule mismatch" reported $((n + 1)) 2 3
check_eq "the reason is netifd's word" "$(show vne0 .reason)" NO_MATCHING_PD
v6plus_reply "$vne" maker-code $BR6 "$RULES"
check_up vne0 "rules are back"

# 4xx: down, report 2/0
n=$(reports 2 0)
reply "$vne" maker-code/get_rules '{"status": 404}'
vnectl -n "$ce" renew vne0
comes "404: the line is taken down" nothing_there
comes "report: stop" reported $((n + 1)) 2 0
check_eq "and is told" "$(show vne0 .source.v6plus_rules_status)" client_err
v6plus_reply "$vne" maker-code $BR6 "$RULES"
vnectl -n "$ce" renew vne0
check_up vne0 "rules are back"

# ON: somebody before this router does it.
n=$(reports 2 4)
v6plus_gateway_reply "$vne" ON
vnectl -n "$ce" renew vne0
comes "the home gateway does MAP: not here" nothing_there
comes "report: stop, on the gateway" reported $((n + 1)) 2 4
check_eq "and is told" "$(show vne0 .source.v6plus_hgw_status)" map_on
v6plus_gateway_reply "$vne" OFF
check_up vne0 "it does not any more"

# Boot with saved rules: used, and checked in 1 to 10 minutes.
vne_down
web_down "$vne"
vne_up
check_up vne0 "after a start without a server, the saved rules serve"
check_eq "and are said to be of before" "$(show vne0 .source.cached)" true
check "traffic" pings "$pc" $SRV4
n=$(reports 1 0)
web_up "$vne" 443=vne 8888
comes "report: start, when the server is back" reported $((n + 1)) 1 0

n=$(reports 2 2)
wan_ra wan 1 $PREFIX64_NEW
comes "another prefix: report: stop, address change" reported $((n + 1)) 2 2
moved() {
	shows vne0 .map_ipv4_addr $CE4_NEW
}
comes "and the line follows" moved
check_traffic "after that"
n=$(reports 2 1)
check "down" vnectl -n "$ce" down vne0
comes "report: stop, by hand" reported $((n + 1)) 2 1
vnectl -n "$ce" up vne0
no_secrets maker-code $ID vne.test
finish
