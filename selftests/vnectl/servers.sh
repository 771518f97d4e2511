# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a provider runs besides its routers: a DNS server and web servers, each
# with answers that the test writes. To be sourced after lib.sh.
#
#	certificates                          # $CERTS: ca, vne, and bad ones
#	web_up "$vne" 80 443=vne              # provider.py in the namespace
#	reply "$vne" rule.cgi '{"status": 500}'
#	asked "$vne" /rule.cgi 3              # three requests so far?
#	dns_up "$vne" --host-record=vne.test,2001:db8::1
#	hb46pp_txt https://vne.test/rule.cgi b

need_cmd dnsmasq openssl jq
: "${WORK:=$(mktemp -d)}"
CERTS=$WORK/certificates
PROVIDER=$(dirname "${BASH_SOURCE[0]}")/provider.py
declare -A WEB_PID WEB_READY DNS_PID

# certificate NAME CA DAYS SAN
certificate() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" &&
	openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr" &&
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -days "$3" -set_serial $RANDOM \
		-extfile <(printf 'subjectAltName=%s\n' "$4") -out "$1.pem"
}

authority() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" &&
	openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 30 -out "$1.pem" \
		-addext keyUsage=critical,keyCertSign
}

# certificates [HOST...]: all for those hosts (vne.test), by $CERTS/ca.pem; old
# has expired, elsewhere is of another host, stranger is of another authority,
# and client is one for the CE.
certificates() {
	local san
	san=$(printf 'DNS:%s,' "${@:-vne.test}")
	san=${san%,}
	mkdir -p "$CERTS"
	(
		cd "$CERTS" && authority ca && authority other-ca &&
		certificate vne ca 30 "$san" &&
		certificate old ca -1 "$san" &&
		certificate elsewhere ca 30 DNS:elsewhere.test &&
		certificate stranger other-ca 30 "$san" &&
		certificate client ca 30 DNS:ce.test
	) >/dev/null 2>"$WORK/openssl.log" ||
		{ fail "certificates are made" "$(cat "$WORK/openssl.log")"; finish; }
}

# Folder of the web servers of a namespace
web() {
	echo "$WORK/web-$1"
}

# web_up NS PORT[=CERTIFICATE[,client]]...
web_up() {
	local ns=$1 dir
	dir=$(web "$ns")
	shift
	mkdir -p "$dir/replies"
	[[ ! -d $CERTS ]] || cp "$CERTS"/* "$dir/"
	ip netns exec "$ns" /usr/bin/python3 "$PROVIDER" "$dir" "$@" 2>>"$dir/errors" &
	WEB_PID[$ns]=$!
	disown $!
	web_listens() {
		[[ $(grep -sc '"ready"' "$1/requests") -gt $2 ]]
	}
	busywait 20000 web_listens "$dir" "${WEB_READY[$ns]-0}" ||
		{ fail "web servers start" "$(cat "$dir/errors")"; finish; }
	WEB_READY[$ns]=$((${WEB_READY[$ns]-0} + 1))
}

# web_down NS: nobody listens any more. What was asked remains.
web_down() {
	kill -KILL "${WEB_PID[$1]}"
	busywait 5000 not test -d "/proc/${WEB_PID[$1]}"
}

# reply NS PATH [JSON]: the answer, or that on standard input; whole at once
reply() {
	local file
	file=$(web "$1")/replies/$2
	mkdir -p "$(dirname "$file")"
	if [[ $# -gt 2 ]]; then
		printf '%s\n' "$3"
	else
		cat
	fi >"$file.new"
	jq -e . "$file.new" >/dev/null || { fail "the answer to $2 is JSON" "$(cat "$file.new")"; return 1; }
	mv "$file.new" "$file"
}

# no_reply NS PATH: 404 from now on
no_reply() {
	rm -f "$(web "$1")/replies/$2"
}

# requests NS [PATH [JQ-CONDITION]]: those so far, one a line
requests() {
	jq -c --arg path "${2-}" "select(.method and (\$path == \"\" or .path == \$path)) | select(${3-true})" \
		"$(web "$1")/requests"
}

# request_count NS [PATH [JQ-CONDITION]]
request_count() {
	requests "$@" | grep -c '^'
}

# asked NS PATH N [JQ-CONDITION]: N times or more
asked() {
	[[ $(request_count "$1" "$2" "${4-true}") -ge $3 ]]
}

# last_request NS PATH JQ: of the last one
last_request() {
	requests "$1" "$2" | tail -n1 | jq -r "$3"
}

# refused_tls NS: connections that ended before there was a request
refused_tls() {
	jq -c 'select(.failed)' "$(web "$1")/requests" | grep -c '^'
}

# dns_up NS [OPTION-OF-DNSMASQ...]: only names that are said here exist
dns_up() {
	local ns=$1
	shift
	ip netns exec "$ns" dnsmasq --no-daemon --no-resolv --no-hosts --conf-file=/dev/null --pid-file= \
		--user=root --group=root --log-facility="$WORK/dns-$ns" --log-queries --local=/#/ "$@" \
		</dev/null >/dev/null 2>>"$WORK/dns-$ns.errors" &
	DNS_PID[$ns]=$!
	disown $!
	wait_listen "$ns" udp 53 || { fail "the DNS server starts" "$(cat "$WORK/dns-$ns.errors")"; finish; }
}

# dns_down NS: nobody answers any more
dns_down() {
	kill -KILL "${DNS_PID[$1]}" &&
	busywait 5000 not test -d "/proc/${DNS_PID[$1]}"
}

# looked_up NS NAME N: the DNS server was asked for it, N times or more
looked_up() {
	[[ $(grep -c " query\[[A-Z]*\] $2 from" "$WORK/dns-$1") -ge $3 ]]
}

# hb46pp_txt URL T: the option of dnsmasq that announces the server
# (HB46PP, section 3.1)
hb46pp_txt() {
	echo "--txt-record=${3-4over6.info},v=v6mig-1 url=$1 t=$2"
}

# The rule servers. Each is an answer at a path, for "reply NS PATH".

# v6plus_body BR RULE...: RULE is IPV6 IPV4 EA-LEN PSID-OFFSET as one word
v6plus_body() {
	local br=$1
	shift
	printf '%s\n' "$@" | jq -nR --arg br "$br" '{dmr: $br, id: "0123456789abcdef0123456789abcdef", ipv6_fixlen: 56,
		fmr: [inputs / " " | {ipv6: .[0], ipv4: .[1], ea_length: .[2], psid_offset: .[3]}]}'
}

# v6plus_reply NS CODE BR RULE...: get_rules, acct_report and the home gateway
v6plus_reply() {
	local ns=$1 code=$2
	shift 2
	v6plus_body "$@" | jq '{callback: true, body: .}' | reply "$ns" "$code/get_rules" &&
	reply "$ns" "$code/acct_report" '{"callback": true, "body": {}}' &&
	v6plus_gateway_reply "$ns" OFF
}

# v6plus_gateway_reply NS {ON|OFF}
v6plus_gateway_reply() {
	reply "$1" enabler.ipv4/check '{"callback": true, "body": {"status": "'"$2"'"}}'
}

# ocn_body BR HOST RULE...: RULE is IPV6/LEN IPV4/LEN EA-LEN PSID-OFFSET
ocn_body() {
	local br=$1 host=$2
	shift 2
	printf '%s\n' "$@" | jq -nR --arg br "$br" --arg host "$host" '{hostName: $host, basicMapRules: [inputs / " " |
		{brIpv6Address: $br, ipv6Prefix: (.[0] / "/")[0], ipv6PrefixLength: (.[0] / "/")[1],
		 ipv4Prefix: (.[1] / "/")[0], ipv4PrefixLength: (.[1] / "/")[1], eaBitLength: .[2], psIdOffset: .[3]}]}'
}

# ocn_reply NS CODE BR HOST RULE...: only who knows the code gets rules
ocn_reply() {
	local ns=$1 code=$2
	shift 2
	ocn_body "$@" | jq --arg code "$code" '{want: {code: $code}, body: ., otherwise: {status: 403}}' |
		reply "$ns" index
}

# hb46pp_body BR RULE...: map_e only; RULE as for v6plus_body
hb46pp_body() {
	local br=$1
	shift
	printf '%s\n' "$@" | jq -nR --arg br "$br" '{enabler_name: "A VNE", service_name: "4over6", ttl: 86400,
		token: ("0123456789abcdef" * 4), order: ["map_e"], map_e: {version: 1, mesh: true, br: $br,
		rules: [inputs / " " | {ipv6: .[0], ipv4: .[1], ea_length: (.[2] | tonumber),
			psid_offset: (.[3] | tonumber)}]}}'
}

# hb46pp_reply NS PATH BR RULE...
hb46pp_reply() {
	local ns=$1 path=$2
	shift 2
	hb46pp_body "$@" | jq '{body: .}' | reply "$ns" "$path"
}

# update_reply NS {v6plus|transix|ocn|xpass|generic}: the server that is told of
# addresses; its users are user with the password "pass word", token.host.test,
# id and key. The path is in $UPDATE_PATH.
update_reply() {
	case $2 in
	v6plus)
		UPDATE_PATH=update
		reply "$1" $UPDATE_PATH '{"want": {"user": "user", "pass": "pass word"}, "body": "OK\n",
			"otherwise": {"body": "NG\n"}}' &&
		# A wrong path is answered by a page, and 200.
		reply "$1" default '{"body": "<html><body>Welcome</body></html>"}' ;;
	transix)
		UPDATE_PATH=request
		reply "$1" $UPDATE_PATH '{"want": {"username": "user", "password": "pass word"}, "body": "OK\n",
			"otherwise": {"status": 400, "body": "NG\n"}}' ;;
	ocn)
		UPDATE_PATH=nic/update
		reply "$1" $UPDATE_PATH '{"want": {"hostname": "token.host.test"}, "basic": "user:pass word",
			"body": "good\n", "otherwise": {"body": "nohost\n"}}' ;;
	xpass)
		UPDATE_PATH=cgi-bin/ddns.cgi
		reply "$1" $UPDATE_PATH '{"want": {"d": "token.host.test", "p": "key", "u": "id"},
			"basic": "user:pass word", "otherwise": {"status": 401}}' ;;
	generic)
		UPDATE_PATH=hello
		reply "$1" $UPDATE_PATH '{"status": 204}' ;;
	esac
}
