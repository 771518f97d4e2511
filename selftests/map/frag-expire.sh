#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# Fragments from outside whose rest never comes, through a queueing discipline
# on the device: it writes into the control block of each packet, where IPv4
# has the options. Nothing of that is believed when the time is over.

. "$(dirname "$0")/packets.sh"

need_root
need_cmd tc
need_module sch_htb sch_fq_codel tun
load_map
topo_core
topo_br || { fail "the BR is set up"; finish; }
silent_server
ip -n "$core" -6 route add blackhole 2001:db8::/40
check "a shaper on the device" eval 'tc -n "$br" qdisc replace dev map0 root handle 1: htb default 1 &&
	tc -n "$br" class add dev map0 parent 1: classid 1:1 htb rate 100mbit &&
	tc -n "$br" qdisc add dev map0 parent 1:1 fq_codel'
packets frag_expire.py
finish
