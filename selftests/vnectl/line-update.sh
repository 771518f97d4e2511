#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 200
#
# Telling the provider the tunnel's address (update-url): each dialect, from the
# tunnel's own address, success judged by body and status, three tries ten
# seconds apart and then less often, and again after each change of the address.

. "$(dirname "$0")/isp.sh"
OWN6=2001:db8:12:3400:6f:6c1f:3400:0
OWN6_NEW=2001:db8:13:3500:6f:6c1f:3400:0

need_cmd nft
isp_up
br_ip6tnl $OWN6 203.0.113.4/30
isp_servers "80 443=vne 8443=vne,client 8444=stranger"

# fixed URL SERVICE [LINE...]: a line with a fixed address, time ten times as fast
fixed() {
	conf <<-CONF
		time-scale = 10
		vne "vne0" {
			interface = wan
			mode = fixed-ip
			br = $BR6_2
			ipv4-address = 203.0.113.5
			interface-identifier = ::6f:6c1f:3400:0
			update-url = "$1"
			update-service = $2
			ca-file = $CERTS/ca.pem
			$(printf '%s\n' "${@:3}")
		}
	CONF
}
ACCOUNT=('http-username = user' 'http-password = "pass word"')
XPASS=('update-hostname = token.host.test' 'update-id = id' 'update-password = key')
knows() {
	shows vne0 .update.step good
}
fails() {
	shows vne0 .update.step retry
}
# time_of PATH N: of the request, in milliseconds
time_of() {
	requests "$vne" "$1" | sed -n "$2p" | jq '.time * 1000 | floor'
}

update_reply "$vne" generic
fixed https://vne.test/hello generic
vne_up
wan_ra wan 1 $PREFIX64
check_up vne0
comes "generic: the provider knows" knows
check_eq "it was asked once" "$(request_count "$vne" /hello)" 1
check_eq "from the tunnel's own address" "$(last_request "$vne" /hello .source)" $OWN6

for service in v6plus transix ocn xpass; do
	more=("${ACCOUNT[@]}")
	[[ $service != ocn ]] || more+=("${XPASS[0]}")
	[[ $service != xpass ]] || more+=("${XPASS[@]}")
	no_reply "$vne" default
	update_reply "$vne" $service
	fixed "https://vne.test/$UPDATE_PATH" $service "${more[@]}"
	check "$service: reload" vnectl -n "$ce" reload
	comes "$service: the server is told" asked "$vne" "/$UPDATE_PATH" 1
	comes "$service: and knows" knows
	check_eq "$service: from the tunnel's own address" "$(last_request "$vne" "/$UPDATE_PATH" .source)" $OWN6
	check "$service: the line is up all the time" is_up vne0
done
check_eq "xpass: the address" "$(last_request "$vne" /cgi-bin/ddns.cgi .query.a)" $OWN6
check_eq "v6plus: no HTTP Basic" "$(last_request "$vne" /update .basic)" null

# A wrong path is a page, with 200: no success.
update_reply "$vne" v6plus
fixed https://vne.test/updaet v6plus "${ACCOUNT[@]}"
vnectl -n "$ce" reload
comes "200 and a page is a failure" fails
check_eq "which is told" "$(show vne0 .update.reply_code)" 200
comes "tried again" asked "$vne" /updaet 3
# 10 s and 10 s, then a minute: 1, 1 and about 5 s here.
comes "and again" asked "$vne" /updaet 4
for n in 1 2; do
	ms=$(($(time_of /updaet $((n + 1))) - $(time_of /updaet $n)))
	check "try $((n + 1)): 10 s later (a tenth of that: $ms ms)" test $ms -ge 950 -a $ms -le $((1000 + 900 * PATIENCE))
done
ms=$(($(time_of /updaet 4) - $(time_of /updaet 3)))
check "try 4: a minute later or less (a tenth: $ms ms)" test $ms -ge 4400 -a $ms -le $((6000 + 1000 * PATIENCE))
check "the line is up in spite of that" pings "$ce" $SRV4
reply "$vne" updaet '{"body": "OK"}'
check "renew" vnectl -n "$ce" renew vne0
comes "tells it now" knows

# Another address.
n=$(request_count "$vne" /updaet)
br_ip6tnl $OWN6_NEW 203.0.113.4/30
wan_ra wan 1 $PREFIX64_NEW
comes "renumbered: told again" asked "$vne" /updaet $((n + 1))
check_eq "from the new address" "$(last_request "$vne" /updaet .source)" $OWN6_NEW
comes "it is up" pings "$ce" $SRV4
comes "and the provider knows" knows

# In clear, only where that is wanted.
fixed http://vne.test/hello generic "${ACCOUNT[@]}"
check_refused "http is refused: passwords travel in clear" plain-http vnectl check "$CONF"
check_refused "by reload, too" plain-http vnectl -n "$ce" reload
check "and all is as it was" knows
fixed http://vne.test/hello generic "${ACCOUNT[@]}" 'plain-http = yes'
check "plain-http = yes" vnectl -n "$ce" reload
update_reply "$vne" generic
in_clear() {
	[[ $(last_request "$vne" /hello .tls) = false ]]
}
comes "told in clear" in_clear

# Certificates, of both sides.
fixed https://vne.test:8444/hello generic "${ACCOUNT[@]}"
vnectl -n "$ce" reload
comes "a server that nobody knows is not told" fails
check_match "for its certificate" certificate show vne0 .update.why.text
check_eq "really" "$(request_count "$vne" "" '.port == 8444')" 0
fixed https://vne.test:8443/hello generic
vnectl -n "$ce" reload
comes "a server that wants a certificate refuses" fails
fixed https://vne.test:8443/hello generic "ssl-certificate = $CERTS/client.pem" "ssl-key = $CERTS/client.key"
check "ssl-certificate" vnectl -n "$ce" reload
comes "it gets one" knows
check_eq "of this CE" "$(last_request "$vne" /hello .certificate.commonName)" client

fixed https://vne.test/update-4711 v6plus "${ACCOUNT[@]}"
vnectl -n "$ce" reload
comes "nobody there" fails
no_secrets 'pass word' update-4711
check "down" vnectl -n "$ce" down vne0
n=$(request_count "$vne")
pause 1.5
check_eq "nobody is told any more" "$(request_count "$vne")" "$n"
finish
