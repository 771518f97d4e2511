#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
# full-timeout: 14400
#
# Devices come, change and go while packets for them arrive all the time. The
# rig looks for splats and leaks; here nothing may fail, and no packet may be
# received by a device that is not up. ROUNDS says how often (environment or
# first argument; 1,000 in the long form); on the debug kernel each step takes
# DELAY ms longer, so that packets arrive in between.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

[[ ! ${KSFT_FULL-} ]] || : "${ROUNDS:=1000}" "${DELAY:=1}"
ROUNDS=${1:-${ROUNDS:-3}} DELAY=${DELAY:-15}
LOG=$(mktemp)
defer rm -f "$LOG"
END=2001:db8:f:ff::2 END_2=2001:db8:f:ff::3 FAR=2001:db8:f:ff::1

# A flood of IPv4 in IPv6 and of ICMPv6 errors about such packets, from the far
# end to both addresses that the devices below have in turn.
flood() {
	exec ip netns exec "$core" /usr/bin/python3 - $END $END_2 $FAR <<-'PY'
	import socket, struct, sys, time
	a = socket.inet_aton
	n = lambda x: socket.inet_pton(socket.AF_INET6, x)
	def checksum(data):
	    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
	    while s >> 16:
	        s = (s & 0xffff) + (s >> 16)
	    return ~s & 0xffff
	def ipv4(src, dst):
	    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 128, 1, 0, 64, 17, 0, a(src), a(dst))
	    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
	    return head + struct.pack("!HHHH", 53, 53, 108, 0) + bytes(100)
	far = sys.argv[3]
	tunnel = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 4)
	icmp = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
	inner = ipv4("192.0.2.1", "198.51.100.2")
	while True:
	    for end in sys.argv[1:3]:
	        outer = struct.pack("!IHBB16s16s", 6 << 28, 128, 4, 64, n(end), n(far))
	        error = struct.pack("!BBHI", 2, 0, 0, 1280) + outer + ipv4("198.51.100.2", "192.0.2.1")
	        for sock, data in (tunnel, inner), (icmp, error):
	            try:
	                sock.sendto(data, (end, 0))
	            except OSError:
	                pass
	    time.sleep(0.001)
	PY
}

ipip() {
	echo "type map mode ipip local $END remote $FAR"
}

received() {
	ip -n "$br" -j -s link show "$1" | jq '.[0].stats64.rx.packets'
}

# As many packets as a device in use gets in the time of some rounds.
more() {
	local -i want=$(($(received map0) + 5))
	busywait 5000 reached $want
}
reached() {
	[[ $(received map0) -ge $1 ]]
}

# A device that is not up receives nothing.
unseen() {
	ip_batch "$br" <<-EOF || return
		link add zz0 $(ipip)
		link set zz0 mtu 1400
	EOF
	local got
	got=$(received zz0)
	ip -n "$br" link del zz0 && [[ $got = 0 ]]
}

# Registration that fails half way: index 1 is that of lo.
half() {
	# shellcheck disable=SC2046 # words
	not ip -n "$br" link add index 1 name zz0 $(ipip)
}

recreate() {
	ip_batch "$br" <<-EOF
		link add zz0 $(ipip)
		link set zz0 up
		link set zz0 type map local $END_2
		link set zz0 type map local $END
		link set zz0 down
		link set zz0 up
		link set zz0 type map local $END_2
		link del zz0
	EOF
}

move() {
	ip -n "$br" link set map0 netns "$inner" &&
	ip -n "$inner" link set map0 up &&
	ip -n "$inner" link set map0 netns "$br" &&
	ip_batch "$br" <<-EOF
		link set map0 up
		route replace 192.0.2.0/24 dev map0
	EOF
}

replace() {
	mapctl -n "$br" rule replace dev map0 - <<<"$RULES" &&
	mapctl -n "$br" dev set map0 local $BR6 fragment outer &&
	mapctl -n "$br" dev set map0 fragment inner
}

# The CE gives up its address, and its bindings with it, and has it again.
readdress() {
	mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3600::/56 &&
	mapctl -n "$ce" dev set map0 prefix 2001:db8:12:3400::/56
}

again() {
	rmmod map && modprobe map && delay "$DELAY" && topo_br &&
	mapctl -n "$ce" dev add map0 link wan prefix 2001:db8:12:3400::/56 up &&
	mapctl -n "$ce" rule add dev map0 bmr $RULE &&
	mapctl -n "$ce" rule add dev map0 dmr $BR6 &&
	ip_batch "$ce" <<-EOF
		addr add $CE4/32 dev map0
		route add default dev map0
	EOF
}

delay() {
	local knob=/sys/module/map/parameters/debug_delay_ms
	[[ ! -e $knob ]] || echo "$1" >$knob
}

need_cmd jq
topo_up
setup_ns inner
ip -n "$br" addr add $END_2/64 dev wan
nsx "$core" sysctl -qw net.ipv6.icmp.ratelimit=0
check "traffic" pings "$lan" $SRV4
RULES=$(mapctl -n "$br" -j rule show dev map0)
flood &
nsx "$lan" ping "${BUSY[@]}" $SRV4 >/dev/null 2>&1 &
nsx "$srv" ping "${BUSY[@]}" -e $PORT $CE4 >/dev/null 2>&1 &
check "packets flow" more
delay "$DELAY"
for step in unseen half recreate replace readdress move again; do
	rounds=$ROUNDS
	[[ $step != again ]] || rounds=$(((ROUNDS + 9) / 10))
	for ((i = 0; i < rounds; i++)); do
		$step >"$LOG" 2>&1 || break
	done
	check_eq "$rounds times: $step" $i $rounds || cat "$LOG"
done
delay 0
check "packets flow at the end" more
check "and answers come" slowwait 5 pings "$lan" $SRV4
finish
