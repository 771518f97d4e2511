#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# HB46PP, the national standard of Japan (sections are those of its version 1.1):
# discovery, request, redirection, order, token, and answers that take away.

. "$(dirname "$0")/isp.sh"
TOKEN=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

need_cmd nft
isp_up
br_map
br_aftr $WAN6
isp_servers 443=vne
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
hb46pp_conf 'http-username = user' 'http-password = "secret-word"' 'server-name = other.test'
wan_ra wan 1 $PREFIX64
vne_up

# 3.1, c.2
check_state vne0 provisioning "without a TXT record there are no rules"
comes "which is asked for" looked_up "$vne" 4over6.info 1
comes "and again" looked_up "$vne" 4over6.info 2
check "nothing is set up" nothing_there
check_eq "and no server was asked" "$(request_count "$vne")" 0
dns_down "$vne"
dns_up "$vne" --host-record=vne.test,$VNE6 "$(hb46pp_txt https://vne.test/rule.cgi b)"
check_up vne0 "with one, the line comes up"
check_traffic "MAP-E by HB46PP"
check_eq "map_type" "$(show vne0 .map_type)" map-e

# 3.3
last() {
	last_request "$vne" /rule.cgi "$1"
}
check_eq "MUST: asked by IPv6, from the WAN" "$(last .source)" $WAN6
check_eq "SHOULD: with SNI" "$(last .sni)" vne.test
check_match "vendorid" '^[0-9a-f]{6}(-[0-9A-Za-z_]{1,24})?$' last .query.vendorid
check_match "product" '^[0-9A-Za-z_-]{1,32}$' last .query.product
check_match "version" '^[0-9_]{1,32}$' last .query.version
check_eq "capability" "$(last '.query.capability / "," | sort | join(",")')" \
	464xlat,dslite,hubspoke,ipip,lw4o6,map_e,map_t,mesh
check_eq "MUST NOT: user and password to another server" "$(last '.query | has("user") or has("pass")')" false
n=$(request_count "$vne" /rule.cgi)
check "renew" vnectl -n "$ce" renew vne0
comes "asks again" asked "$vne" /rule.cgi $((n + 1))
check_eq "with the token that it was given" "$(last .query.token)" $TOKEN

# 3.3: another server, by the URL that is said (RFC 9110, section 15.4.8)
reply "$vne" rule.cgi '{"status": 307, "headers": {"Location": "/moved/rule.cgi?from=here"}}'
hb46pp_body $BR6 "2001:db8::/40 192.0.2.0/24 16 4" | jq '.ttl = 3600' | jq '{body: .}' | reply "$vne" moved/rule.cgi
vnectl -n "$ce" renew vne0
comes "307 is followed" asked "$vne" /moved/rule.cgi 1
check_eq "to where it leads, and no further" "$(last_request "$vne" /moved/rule.cgi '.query | tojson')" '{"from":"here"}'
check_up vne0 "and the line stays up"
# 3.6, k.1
comes "ttl: asked again after an hour" asked "$vne" /moved/rule.cgi 3

# 3.4: order, as the server says; a far end by name
dns_down "$vne"
dns_up "$vne" --host-record=vne.test,$VNE6 --host-record=aftr.test,$BR6_2 "$(hb46pp_txt https://vne.test/rule.cgi b)"
hb46pp_body $BR6 "2001:db8::/40 192.0.2.0/24 16 4" |
	jq '.order = ["dslite", "map_e"] | .dslite = {aftr: "aftr.test"} | {body: .}' | reply "$vne" rule.cgi
vnectl -n "$ce" renew vne0
is_ds_lite() {
	shows vne0 .map_type ds-lite
}
comes "another order: DS-Lite" is_ds_lite
check_traffic "DS-Lite by HB46PP"

# 3.3: nothing for this line
hb46pp_body $BR6 "2001:db8::/40 192.0.2.0/24 16 4" | jq '.order = [] | .ttl = 3600 | {body: .}' | reply "$vne" rule.cgi
vnectl -n "$ce" renew vne0
comes "order []: the line is taken down" nothing_there
check_eq "and the reason" "$(show vne0 .reason)" REFUSED
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
check_up vne0 "which a later answer changes"

# 3.6, f.2 and h.2: what there is serves on
for bad in '{"status": 500}' '{"body": "<html>"}' '{"close": true}' '{"status": 403}' \
	'{"body": "{\"order\": [\"map_e\"], \"order\": []}"}' '{"body": {"order": "map_e"}}'; do
	reply "$vne" rule.cgi "$bad"
	n=$(request_count "$vne" /rule.cgi)
	vnectl -n "$ce" renew vne0
	comes "asked, and answered $bad" asked "$vne" /rule.cgi $((n + 2))
	check "which takes nothing away" pings "$pc" $SRV4
done

# 3.5
check "the answer was saved, for root only" test "$(stat -c %a "$WORK"/state/vne0.json)" = 600
vne_down
web_down "$vne"
vne_up
check_up vne0 "after a start without a server it serves"
check_eq "and is said to be of before" "$(show vne0 .source.cached)" true
check "traffic" pings "$pc" $SRV4
check "erase-cache" vnectl -n "$ce" erase-cache vne0
check "it is gone" test ! -e "$WORK/state/vne0.json"
vnectl -n "$ce" down vne0
vne_down
vne_up
pause 1
check "after the next start there is nothing" nothing_there

web_up "$vne" 443=vne
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
check_up vne0 "until the server is back"
# 3.6, c.2
dns_down "$vne"
dns_up "$vne"
vnectl -n "$ce" renew vne0
comes "NXDOMAIN takes the line down" nothing_there
no_secrets secret-word $TOKEN
finish
