#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# udp-fallback-tcp with strongSwan: UDP is used where it gets through; where it
# does not, TCP is, after the threshold and with a new IKE SA (RFC 9329, section
# 5.1); UDP again by command.

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping

topo_up
no_plaintext
charons_up
clients_up 0.0.0.0/0
daemon_up "$east" <<-CONF
	ipsec-transport "hq" {
		transport = udp-fallback-tcp
		fallback-tcp-threshold = 5
		remote = $WEST4
		child = "net"
		vici = "unix://$WORK/$east.d/vici"
		reconnect-max = 2
	}
CONF

check "UDP comes first" is "$east" hq state udp
check "IKE establishes by UDP" swan "$east" --initiate --child net --timeout 20 || logs
check "ping by UDP" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_eq "nothing is in TCP" "$(shown "$east")" "0 0"
swan "$east" --terminate --ike hq >/dev/null

block_udp
swan "$east" --initiate --child net --timeout 60 >/dev/null 2>&1 &
tries() {
	[[ $(spi "$east") ]]
}
check "IKE tries by UDP" busywait 5000 tries
before=$(spi "$east")
check_eq "at first it is UDP" "$(status "$east" hq uses)" udp
check "it falls back to TCP" slowwait 30 is "$east" hq state open || logs
check_match "and says why" 'no answer to IKE by UDP for [5-9] s' vnectl -n "$east" ipsec status hq
check "IKE establishes by TCP" slowwait 20 established "$east" || logs
check "with a new SPI" test "$before" -a "$(spi "$east")" != "$before"
check "ping by TCP" slowwait 10 nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check_match "TCP carried it" '"tx_esp":[1-9]' vnectl -n "$east" -s -j ipsec show

unblock_udp
check "back to UDP" vnectl -n "$east" ipsec up hq udp
check "it is UDP" slowwait 20 is "$east" hq state udp || logs
check "IKE establishes by UDP" slowwait 20 established "$east" remote-port=4500
check_eq "nothing is in TCP" "$(shown "$east")" "0 0"
check "ping by UDP" slowwait 10 nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1

check "to TCP by command" vnectl -n "$east" ipsec up hq tcp
check "it is TCP" slowwait 20 is "$east" hq state open || logs
check "ping by TCP" slowwait 20 nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1 || logs
check_match "it says why" 'TCP by command' vnectl -n "$east" ipsec status hq
finish
