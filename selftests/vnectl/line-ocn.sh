#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# The rule server of OCN Virtual Connect, and its address resolution: the name
# that the server gives is kept current from the tunnel's address.

RULE="ipv6 2001:db8::/40 ipv4 192.0.2.0/24 ea-len 16 psid-offset 4 iid draft03"
. "$(dirname "$0")/isp.sh"
OWN6=2001:db8:12:3400:c0:2:1200:3400
OWN6_NEW=2001:db8:13:3500:c0:2:1300:3500

isp_up
br_map
isp_servers 443=vne
ocn_reply "$vne" 'the key/+' $BR6 token.host.test "2001:db8:100::/40 203.0.113.0/24 16 4" "2001:db8::/40 192.0.2.0/24 16 4"
update_reply "$vne" ocn
conf <<-CONF
	time-scale = 3600
	vne "vne0" {
		interface = wan
		source = ocn
		bmr-hostname = vne.test
		code = "another-key"
		ca-file = $CERTS/ca.pem
		update-url = "https://vne.test/nic/update"
		update-service = ocn
		http-username = user
		http-password = "pass word"
	}
CONF
vne_up
wan_ra wan 1 $PREFIX64
check_state vne0 provisioning "a wrong key: no rules"
# The line is in this state before the reply comes, too.
refused() {
	[[ $(show vne0 .source.reply_code) = 403 ]]
}
comes "the reply is told" refused
comes "it is tried again" asked "$vne" / 3
check "nothing is set up" nothing_there
sed -i 's|another-key|the key/+|' "$CONF"
check "reload with the right key" vnectl -n "$ce" reload
check_up vne0
check_traffic "MAP-E by OCN"
check_eq "MAP address by draft-03" "$(show vne0 .map_ipv6_addr)" $OWN6
check_eq "what was asked" "$(last_request "$vne" / '.query | "\(.ipv6Prefix)/\(.ipv6PrefixLength) \(.code)"')" \
	"$PREFIX64 the key/+"
check_eq "asked from the WAN" "$(last_request "$vne" / .source)" $WAN6

comes "the server of names is told" asked "$vne" /nic/update 1
check_eq "from the tunnel's address" "$(last_request "$vne" /nic/update .source)" $OWN6
check_eq "which name" "$(last_request "$vne" /nic/update .query.hostname)" token.host.test
check_eq "who says so" "$(last_request "$vne" /nic/update .basic)" "user:pass word"
check_eq "and it knows" "$(show vne0 .update.step)" good

n=$(request_count "$vne" /nic/update)
wan_ra wan 1 $PREFIX64_NEW
comes "another prefix: told again" asked "$vne" /nic/update $((n + 1))
check_eq "from the new address" "$(last_request "$vne" /nic/update .source)" $OWN6_NEW
check_eq "the rules were asked for, too" "$(last_request "$vne" / '.query | "\(.ipv6Prefix)/\(.ipv6PrefixLength)"')" $PREFIX64_NEW
check_traffic "after that"

reply "$vne" index '{"status": 500}'
n=$(request_count "$vne" /)
vnectl -n "$ce" renew vne0
comes "500: it is tried again" asked "$vne" / $((n + 2))
check "what is there serves on" pings "$pc" $SRV4
ocn_reply "$vne" 'the key/+' $BR6 token.host.test "2001:db8:100::/40 203.0.113.0/24 16 4"
vnectl -n "$ce" renew vne0
comes "no rule for the prefix: the line is taken down" nothing_there
check_eq "and the reason" "$(show vne0 .reason)" NO_MATCHING_PD
no_secrets 'the key/+' 'pass word' vne.test
finish
