#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 60
#
# A packet that has other readers (tcpdump, netem's duplicates, mirrors) is not
# changed under their hands, and they do not change it under ours.

. "$(dirname "$0")/packets.sh"

need_root
need_cmd tc tcpdump
load_map
topo_core
topo_br || { fail "the BR is set up"; finish; }
silent_server
check "rules" eval 'mapctl -n "$br" rule add dev map0 fmr ipv6 2001:db9::/40 ipv4 203.0.113.0/24 ea-len 8 &&
	ip -n "$br" route add 203.0.113.0/24 dev map0'
ip -n "$core" -6 route add blackhole 2001:db8::/40
ip -n "$core" -6 route add blackhole 2001:db9::/40
# A longer packet comes to the device, and has to be cut by it.
ip -n "$srv" link set eth0 mtu 2000
ip -n "$br" link set out mtu 2000
ip -n "$br" link set map0 mtu 2000

packets shared_skb.py taps
for dev in map0 wan out; do
	nsx "$br" tcpdump -i $dev -U -w /dev/null 2>/dev/null &
done
packets shared_skb.py taps

check "netem duplicates what goes into map0" tc -n "$br" qdisc add dev map0 root netem duplicate 100%
packets shared_skb.py twice down
check "and no more" tc -n "$br" qdisc del dev map0 root
check "netem duplicates what comes from the tunnel" tc -n "$core" qdisc add dev tobr root netem duplicate 100%
packets shared_skb.py twice up
check "and no more" tc -n "$core" qdisc del dev tobr root

# Not in every kernel.
if tc -n "$br" qdisc add dev out clsact 2>/dev/null &&
   tc -n "$br" filter add dev out ingress protocol ip matchall action mirred egress mirror dev map0 2>/dev/null; then
	pass "what comes from the server is mirrored into map0"
	packets shared_skb.py twice down
	tc -n "$br" filter del dev out ingress
	check "what comes from the server is redirected into map0" tc -n "$br" filter add dev out ingress \
		protocol ip matchall action mirred egress redirect dev map0
	packets shared_skb.py redirected
	tc -n "$br" qdisc del dev out clsact
fi

# The one user of skbs that are sent many times over.
if modprobe -q pktgen 2>/dev/null && [[ -e /proc/net/pktgen/kpktgend_0 ]]; then
	pktgen() {
		nsx "$br" sh -c 'echo "$1" >"/proc/net/pktgen/$2"' sh "$1" "$2"
	}
	nsx "$br" sh -c 'echo "add_device map0" >/proc/net/pktgen/kpktgend_0' 2>/dev/null
	if [[ -e /proc/net/pktgen/map0 ]]; then
		check_fails "pktgen's clones are refused" pktgen "clone_skb 10" map0
		check_fails "pktgen's bursts are refused" pktgen "burst 10" map0
		pktgen rem_device_all kpktgend_0
	else
		pass "pktgen does not take the device"
	fi
fi
packets shared_skb.py taps
finish
