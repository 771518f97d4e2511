#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
#
# The unit for systemd, by a real one in namespaces: with all that it takes away
# from the daemon, a line comes up by DNS and HTTPS, modules are loaded, servers are
# asked by a process that may do nothing, and a daemon that is killed is started
# again while connections live on.

. "$(dirname "$0")/isp.sh"

need_cmd nsenter unshare systemctl systemd-sysusers
MANAGER=/lib/systemd/systemd
[[ -x $MANAGER ]] || skip "no systemd"
UNITS=/run/units

isp_up
br_map
isp_servers 443=vne "$(hb46pp_txt https://vne.test/rule.cgi b)"
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
wan_ra wan 1 $PREFIX64

# Other units than ours are only names. What is in /tmp it does not see.
mkdir -p $UNITS /run/bin /etc/vne
cp "$(command -v vnectl)" "$(command -v vne-fetch)" /run/bin/
systemd-sysusers "$TESTS/../user/systemd/vne-fetch.conf"
for target in sysinit basic shutdown network-pre multi-user; do
	printf '[Unit]\nDefaultDependencies=no\n' >$UNITS/$target.target
done
sed 's|/usr/sbin/|/run/bin/|' "$TESTS/../user/systemd/vnectl.service" >$UNITS/vnectl.service
cp /lib/systemd/system/modprobe@.service $UNITS/
cp "$CERTS/ca.pem" /etc/vne/
rm -rf /var/lib/vne /run/vne
CONF=/etc/vne/vne.conf
conf <<-CONF
	vne "vne0" {
		interface = wan
		source = hb46pp
		ca-file = /etc/vne/ca.pem
	}
	ipsec-transport "hq" {
		transport = tcp
		remote = 203.0.113.9
	}
CONF
modprobe -r -q ipsec_tcp
ip netns exec "$ce" env SYSTEMD_UNIT_PATH=$UNITS container=lxc unshare --pid --fork --kill-child --mount --mount-proc --cgroup \
	$MANAGER --system --unit=vnectl.service --log-target=null --show-status=no </dev/null >"$LOG" 2>&1 &
UNSHARE=$!
disown $UNSHARE

manager() {
	pgrep -P "$UNSHARE" -x systemd
}
# ctl WORD...: systemctl, where systemd is
ctl() {
	nsenter -t "$(manager)" -m -p systemctl --no-pager "$@"
}
is_active() {
	[[ $(ctl is-active vnectl) = active ]]
}
daemon() {
	pgrep -f '^/run/bin/vnectl run'
}
comes "systemd starts it, and is told when it is ready" is_active
check_up vne0 "the line comes up, by DNS and HTTPS"
check_traffic "as a service"
loaded() {
	[[ -d /sys/module/ipsec_tcp ]]
}
comes "the module that the daemon asks for is there" loaded
check_eq "a unit loads modules" "$(ctl show -P ExecMainStatus -P ConditionResult modprobe@map modprobe@ipsec_tcp | xargs)" "0 yes 0 yes"

status_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(daemon)/status"
}
# CAP_NET_BIND_SERVICE, CAP_NET_ADMIN; and for vne-fetch CAP_KILL, CAP_SETGID,
# CAP_SETUID, CAP_SETPCAP
check_eq "it may do little" "$(status_of CapEff) $(status_of NoNewPrivs)" "00000000000015e0 1"
inside() {
	nsenter -t "$(daemon)" -m -n "$@"
}
check "sysctls of a WAN it can set" inside sh -c 'echo 0 >/proc/sys/net/ipv6/conf/wan/proxy_ndp'
check_fails "and no others" inside sh -c 'echo 1 >/proc/sys/kernel/panic'

# A server that holds it.
echo '{"delay": 60}' | reply "$vne" rule.cgi
fetcher() {
	pgrep -x vne-fetch
}
holds() {
	[[ $(fetcher) ]] && asked "$vne" /rule.cgi $((n + 1))
}
fetcher_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(fetcher)/status" | tr '\t' ' ' | xargs
}
n=$(request_count "$vne" /rule.cgi)
vnectl -n "$ce" renew vne0
comes "a server is asked, and is slow" holds
uid=$(getent passwd vne-fetch | cut -d: -f3)
gid=$(getent passwd vne-fetch | cut -d: -f4)
check_eq "who asks is somebody else" "$(fetcher_of Uid) $(fetcher_of Gid) $(fetcher_of Groups)" \
	"$uid $uid $uid $uid $gid $gid $gid $gid "
check_eq "who may do nothing" "$(for set in Inh Prm Eff Bnd Amb; do fetcher_of Cap$set; done | xargs) $(fetcher_of NoNewPrivs)" \
	"$(printf '%016d ' 0 0 0 0 0)1"
hb46pp_reply "$vne" rule.cgi $BR6 "2001:db8::/40 192.0.2.0/24 16 4"
vnectl -n "$ce" renew vne0
comes "nobody waits for it: it is ended" not fetcher
check "the line is up all the time" is_up vne0
check_fails "and write nowhere else" inside touch /usr/x /etc/vne/x /var/x
check "what was saved is where it should be" test -s /var/lib/vne/vne0.json
check_eq "for root only" "$(stat -c %a /var/lib/vne /run/vne | xargs)" "700 700"

hold
before=$(daemon)
kill -KILL "$before"
is_another() {
	[[ $(daemon) && $(daemon) != "$before" ]] && is_active
}
comes "killed: systemd starts another one" is_another
check_up vne0 "which takes the line over"
held "killed"

check "reload" ctl reload vnectl
check "it is up" is_up vne0
hold
check "stop" ctl stop vnectl
check "there is no daemon" not daemon
held "stopped"
check "what is set up is still known" test -d /run/vne
check "start" ctl start vnectl
check_up vne0 "and it goes on"
kill -KILL "$(manager)"
finish
