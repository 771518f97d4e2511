#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# From UDP to TCP, with an IKE daemon whose stop-command takes longer than the
# responder waits for the stream prefix: the connection is gone by then, another
# one follows, and the daemon is stopped once.

. "$(dirname "$0")/daemon.sh"
need_cmd vnectl jq

topo_up
clients_up 0.0.0.0/0 'prefix-timeout = 1'
daemon_up "$east" <<-CONF
	ipsec-transport "hq" {
		transport = udp-fallback-tcp
		remote = $WEST4
		reconnect-min = 1
		reconnect-max = 1
		state-command = "echo established"
		stop-command = "echo stop >>$WORK/commands; sleep 3; echo stopped >>$WORK/commands"
		start-command = "echo start \$VNE_NAME \$VNE_REMOTE >>$WORK/commands"
	}
CONF
check "UDP comes first" is "$east" hq state udp
check "TCP by command" vnectl -n "$east" ipsec up hq tcp
check "the daemon is asked to stop" slowwait 10 is "$east" hq state switching
check "the responder does not wait so long" slowwait 10 logged "$west" 'a connection ended: prefix-timeout'
check "TCP is open" slowwait 15 is "$east" hq state open
started() {
	grep -q start "$WORK/commands"
}
check "the daemon begins again" slowwait 10 started
check_eq "each command once, and in order" "$(paste -sd, "$WORK/commands")" "stop,stopped,start hq $WEST4"
check_eq "by the second connection" "$(status "$west" clients connections_so_far)" 2
finish
