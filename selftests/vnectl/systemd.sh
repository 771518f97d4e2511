#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 150
#
# The unit for systemd, by a real one in namespaces: with all that it takes away
# from the daemon, a line comes up by DNS and HTTPS, a module is loaded, and a
# daemon that is killed is started again while connections live on.

. "$(dirname "$0")/isp.sh"

need_cmd nsenter unshare systemctl
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
cp "$(command -v vnectl)" /run/bin/
for target in sysinit basic shutdown network-pre multi-user; do
	printf '[Unit]\nDefaultDependencies=no\n' >$UNITS/$target.target
done
sed 's|/usr/sbin/|/run/bin/|' "$TESTS/../user/systemd/vnectl.service" >$UNITS/vnectl.service
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
comes "it has loaded a module" loaded

status_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(daemon)/status"
}
# CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_MODULE
check_eq "it may do little" "$(status_of CapEff) $(status_of NoNewPrivs)" "0000000000013400 1"
inside() {
	nsenter -t "$(daemon)" -m "$@"
}
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
