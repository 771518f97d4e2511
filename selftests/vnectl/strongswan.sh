#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# strongSwan, which knows nothing of it, over TCP in a network without UDP: it
# establishes, carries packets, and goes on after the connection was cut.

. "$(dirname "$0")/charon.sh"
need_cmd vnectl nft ping

topo_up
block_udp
no_plaintext
clients_up 0.0.0.0/0 'idle-timeout = 30'
hq_up $WEST4 'user-timeout = 2' 'reconnect-max = 2'
charons_up
check "the originator connects" busywait 5000 is "$east" hq state open
check "IKE establishes by TCP" swan "$east" --initiate --child net --timeout 20 || logs
check "the responder knows the client by its TCP port" \
	established "$west" "remote-port=$(client_port)"
check "ping" nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
check "ping from the responder" nsx "$west" ping -q -c3 -i0.2 -W3 -I 10.2.0.1 10.1.0.1
before=$(spi "$east")

cut_tcp
nsx "$east" ping -q -c1 -W1 -I 10.1.0.1 10.2.0.1 >/dev/null
check "the connection is cut" slowwait 20 is "$east" hq state waiting
mend_tcp
check "it comes back" slowwait 20 is "$east" hq state open
check "ping" slowwait 20 nsx "$east" ping -q -c2 -i0.2 -W1 -I 10.1.0.1 10.2.0.1 || logs
check "ping from the responder" nsx "$west" ping -q -c3 -i0.2 -W3 -I 10.2.0.1 10.1.0.1
check_eq "it is the IKE SA that it was" "$(spi "$east")" "$before"
check "rekeying works" swan "$east" --rekey --child net
check "ping" slowwait 10 nsx "$east" ping -q -c3 -i0.2 -W3 -I 10.1.0.1 10.2.0.1
finish
