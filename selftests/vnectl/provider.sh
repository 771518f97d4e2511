# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A provider's access network for tests: routers that announce prefixes, DHCPv6
# servers, and the clients of theirs that run on a CE. All that is started here
# ends with the test. Names of files are of a namespace and a device, so that
# there may be several of each.
#
#	ra_up "$isp" p0 2001:db8:a::/64          # again with others: renumbers
#	kea_up "$isp" p0 2001:db8:1000::/40-56 94:00590015...
#	dnsmasq_up "$isp" p0 2001:db8:a::/64 94:0059...
#	dhclient_up "$ce" wan s46-cont-mape
#	dhcpcd_up "$ce" wan s46_cont_mape

# shellcheck source=selftests/lib/lib.sh
declare -F check >/dev/null || . "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

HOOKS=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../user/hooks")
if [[ ! ${WORK-} ]]; then
	WORK=$(mktemp -d)
	defer "rm -rf $WORK"
fi

# A namespace of a test before may have had the same number.
rm -f /run/vne/net-*

# What Kea and others send, with the values of the examples in RFC 7597: a rule
# 2001:db8:1000::/40, 192.0.2.0/24, 16 EA bits, and the BR 2001:db8:9999::1.
# shellcheck disable=SC2034 # for the tests
{
S46_BR=005a001020010db8999900000000000000000001
S46_MAPE=0059000d011018c00002002820010db810$S46_BR
# The same with the DMR 64:ff9b::/64 in the place of the BR.
S46_MAPT=0059000d001018c00002002820010db810005b0009400064ff9b00000000
# lw4o6: 192.0.2.3 for 2001:db8:1:cafe::/64, PSID 3 of 4 bits.
S46_LW=${S46_BR}005c0015c00002034020010db80001cafe005d000400043000
# aftr.example.net
AFTR_NAME=0461667472076578616d706c65036e657400
}

# forget FILE: ends the process of which FILE holds the number, and its children.
forget() {
	local pid
	pid=$(cat "$1" 2>/dev/null) || return 0
	pkill -TERM -P "$pid"
	kill -TERM "$pid" 2>/dev/null
	busywait 3000 not kill -0 "$pid" >/dev/null || kill -KILL "$pid"
	rm -f "$1"
}

# start NAME NS COMMAND...: its process is in NAME.pid, what it says in NAME.log
start() {
	forget "$1.pid"
	(exec ip netns exec "${@:2}") >"$1.log" 2>&1 &
	echo $! >"$1.pid"
	defer "forget $1.pid"
}

# running FILE: is there such a process?
running() {
	[[ -s $1 ]] && kill -0 "$(cat "$1")" 2>/dev/null
}

# ra_conf DEV PREFIX[,VALID[,PREFERRED]]...: lines of RA_OPTIONS are added.
ra_conf() {
	local dev=$1 spec prefix valid preferred
	shift
	echo "interface $dev {"
	echo "AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; AdvDefaultLifetime 600;"
	printf '%s\n' "${RA_OPTIONS[@]}"
	for spec; do
		IFS=, read -r prefix valid preferred <<<"$spec"
		echo "prefix $prefix { AdvValidLifetime ${valid:-86400}; AdvPreferredLifetime ${preferred:-${valid:-14400}}; };"
	done
	echo "};"
}

# ra_up NS DEV PREFIX[,VALID[,PREFERRED]]...: radvd, or other words for the one
# that runs already.
RA_OPTIONS=()
ra_up() {
	local name=$WORK/radvd-$1-$2
	need_cmd radvd
	ra_conf "${@:2}" >"$name.conf"
	if running "$name.pid"; then
		kill -HUP "$(cat "$name.pid")"
		return
	fi
	nsx "$1" sysctl -qw net.ipv6.conf.all.forwarding=1
	start "$name" "$1" radvd -n -C "$name.conf" -p "$name.lock" -m stderr
}

# ra_down NS DEV: as a router that goes, it says that it is none any more.
ra_down() {
	forget "$WORK/radvd-$1-$2.pid"
}

# kea_options CODE:HEX...
kea_options() {
	local option sep=
	for option; do
		printf '%s{ "space": "dhcp6", "code": %s, "csv-format": false, "data": "%s" }' \
			"$sep" "${option%%:*}" "${option#*:}"
		sep=', '
	done
}

# kea_conf DEV POOL [CODE:HEX...]: POOL is PREFIX/LEN-LEN, or "none".
kea_conf() {
	local dev=$1 pool=$2 pd=
	shift 2
	[[ $pool = none ]] ||
		pd='{ "prefix": "'${pool%%/*}'", "prefix-len": '$(cut -d/ -f2 <<<"${pool%-*}")', "delegated-len": '${pool##*-}' }'
	cat <<-CONF
		{ "Dhcp6": {
		"server-id": { "type": "LL", "htype": 1, "identifier": "020000000001", "persist": false },
		"interfaces-config": { "interfaces": [ "$dev" ] },
		"lease-database": { "type": "memfile", "persist": false },
		"preferred-lifetime": $KEA_PREFERRED, "valid-lifetime": $KEA_VALID,
		"renew-timer": $KEA_RENEW, "rebind-timer": $((KEA_RENEW * 2)),
		"option-data": [ $(kea_options "$@") ],
		"subnet6": [ { "subnet": "2001:db8:f::/64", "interface": "$dev",
			"pools": [ { "pool": "2001:db8:f::100-2001:db8:f::1ff" } ],
			"pd-pools": [ $pd ] } ],
		"loggers": [ { "name": "kea-dhcp6", "severity": "INFO",
			"output_options": [ { "output": "stdout" } ] } ]
		} }
	CONF
}

# kea_up NS DEV POOL [CODE:HEX...]: a server that delegates prefixes of a pool,
# and sends the options to those who ask for them. Again: another one.
KEA_PREFERRED=300 KEA_VALID=600 KEA_RENEW=100
kea_up() {
	local name=$WORK/kea-$1-$2
	need_cmd kea-dhcp6
	kea_conf "${@:2}" >"$name.json"
	start "$name" "$1" env KEA_LOCKFILE_DIR="$WORK" KEA_PIDFILE_DIR="$WORK" kea-dhcp6 -c "$name.json"
	slowwait 10 grep -q DHCP6_STARTED "$name.log" || cat "$name.log"
}

kea_down() {
	forget "$WORK/kea-$1-$2.pid"
}

# bytes HEX: with colons
bytes() {
	sed 's/../&:/g; s/:$//' <<<"$1"
}

# dnsmasq_up NS DEV PREFIX [CODE:HEX...]: announces the prefix, and tells the
# options to those who ask for information. (It delegates nothing.)
dnsmasq_up() {
	local name=$WORK/dnsmasq-$1-$2 option options=()
	need_cmd dnsmasq
	for option in "${@:4}"; do
		options+=("--dhcp-option=option6:${option%%:*},$(bytes "${option#*:}")")
	done
	nsx "$1" sysctl -qw net.ipv6.conf.all.forwarding=1
	ip -n "$1" addr replace "${3%/*}1/${3#*/}" dev "$2"
	start "$name" "$1" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root \
		--pid-file="$name.own" --dhcp-leasefile="$name.leases" --log-facility=- \
		--interface="$2" --bind-interfaces --enable-ra --ra-param="$2,4,600" \
		--dhcp-range="${3%/*},ra-stateless,${3#*/},1h" "${options[@]}"
}

dnsmasq_down() {
	forget "$WORK/dnsmasq-$1-$2.pid"
}

# dhclient's own script, with our hook as it is installed.
dhclient_files() {
	local name=$1 option
	mkdir -p "$name.d"
	cp "$HOOKS/dhclient-exit-hook.sh" "$name.d/vne"
	sed "s,/etc/dhcp/dhclient-exit-hooks.d,$name.d," /sbin/dhclient-script >"$name.script"
	chmod 755 "$name.script"
	cp "$HOOKS/dhclient.conf" "$name.conf"
	for option in "${@:2}"; do
		echo "also request dhcp6.$option;" >>"$name.conf"
	done
}

# dhclient_words NAME: into $WORDS
dhclient_words() {
	WORDS=(dhclient -6 "${DHCLIENT[@]}" -cf "$1.conf" -lf "$1.leases" -pf "$1.own"
		-sf "$1.script" -e "VNECTL=$(command -v vnectl)")
}

# dhclient_up NS DEV [OPTION...]: asks for a prefix, or what DHCLIENT says, and for
# these options.
DHCLIENT=(-P)
dhclient_up() {
	local name=$WORK/dhclient-$1-$2
	need_cmd dhclient
	dhclient_files "$name" "${@:3}"
	dhclient_words "$name"
	start "$name" "$1" "${WORDS[@]}" -d "$2"
}

# dhclient_release NS DEV: gives back what it has, and ends.
dhclient_release() {
	local name=$WORK/dhclient-$1-$2
	dhclient_words "$name"
	nsx "$1" "${WORDS[@]}" -r "$2" >>"$name.log" 2>&1
}

# dhcpcd's own script, with our hook as it is installed and no other.
dhcpcd_files() {
	local name=$1 dev=$2 option
	mkdir -p "$name.d"
	cp "$HOOKS/dhcpcd-hook.sh" "$name.d/70-vne"
	sed "s,/usr/lib/dhcpcd/dhcpcd-hooks,$name.d,; s,/etc/dhcpcd,$name.d/none," \
		/usr/lib/dhcpcd/dhcpcd-run-hooks >"$name.script"
	chmod 755 "$name.script"
	{
		printf '%s\n' ipv6only noipv6rs "env VNECTL=$(command -v vnectl)"
		cat "$HOOKS/dhcpcd.conf"
		printf 'option dhcp6_%s\n' "${@:3}"
		printf '%s\n' "interface $dev" "${DHCPCD[@]}"
	} >"$name.conf"
}

# dhcpcd_up NS DEV [OPTION...]: asks for a prefix, or what DHCPCD says, and for
# these options. Its files are of the namespace alone.
DHCPCD=('ia_pd 1')
dhcpcd_up() {
	local name=$WORK/dhcpcd-$1-$2
	need_cmd dhcpcd
	dhcpcd_files "$name" "${@:2}"
	mkdir -p /run/dhcpcd /var/lib/dhcpcd
	# shellcheck disable=SC2016 # for the other shell
	start "$name" "$1" sh -c 'mount -t tmpfs none /run/dhcpcd && mount -t tmpfs none /var/lib/dhcpcd && exec "$@"' sh \
		dhcpcd -B -d -6 -f "$name.conf" -c "$name.script" "$2"
}

# dhcpcd_release NS DEV: gives back what it has, and ends.
dhcpcd_release() {
	kill -ALRM "$(cat "$WORK/dhcpcd-$1-$2.pid")"
}
