#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ECN by RFC 6040: all sixteen pairs of inner and outer field at decapsulation
# (section 4.2, figure 4), by CE and by BR; the field copied at encapsulation
# (section 4.1, normal mode), whatever the traffic class is set to.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

NAMES=(Not-ECT ECT1 ECT0 CE)
# What comes out, by row (inner field) and column (outer field), both in the
# order 0, 1, 2, 3; "x" is a drop.
FIGURE4=("0 0 0 x" "1 1 1 3" "2 1 2 3" "3 3 3 3")

# sixteen NS SRC6 DST6 SRC4 SPORT DST4 DPORT: one packet for each pair, the
# IPv4 identification has the pair: 0x4000 + inner * 16 + outer
sixteen() {
	nsx "$1" /usr/bin/python3 - "${@:2}" <<-'PY'
	import socket, struct, sys
	src6, dst6, src4, sport, dst4, dport = sys.argv[1:]
	sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_IPIP)
	sock.bind((src6, 0))
	def sum16(data):
	    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
	    while s >> 16:
	        s = (s & 0xffff) + (s >> 16)
	    return ~s & 0xffff
	for inner in range(4):
	    for outer in range(4):
	        head = lambda check: (struct.pack("!BBHHHBBH", 0x45, 0xb8 | inner, 32, 0x4000 + inner * 16 + outer,
	                                          0, 60, socket.IPPROTO_UDP, check) +
	                              socket.inet_aton(src4) + socket.inet_aton(dst4))
	        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0x20 | outer)
	        sock.sendto(head(sum16(head(0))) + struct.pack("!HHHH", int(sport), int(dport), 12, 0) + b"test",
	                    (dst6, 0))
	PY
}

# figure4 WHO CAPTURE
figure4() {
	local inner outer row got seen
	seen=$(captured "$2" -v)
	for inner in 0 1 2 3; do
		read -ra row <<<"${FIGURE4[inner]}"
		for outer in 0 1 2 3; do
			got=$(sed -n "s/^.*(tos \(0x[0-9a-f]*\),.* id $((0x4000 + inner * 16 + outer)), .*/\1/p" <<<"$seen")
			got=$((got))
			if [[ ${row[outer]} = x ]]; then
				check_eq "$1: inner ${NAMES[inner]}, outer ${NAMES[outer]}: dropped" "$got" 0
			else
				check_eq "$1: inner ${NAMES[inner]}, outer ${NAMES[outer]}: ${NAMES[${row[outer]}]}" \
					"$got" $((0xb8 | ${row[outer]}))
			fi
		done
	done
}

topo_up
capture ce "$ce" map0 "dst host $CE4 and udp"
sixteen "$br" $BR6 $CE6 $SRV4 9 $CE4 "$PORT"
busywait 2000 saw_n 15 ce
figure4 CE ce
check_counter "the CE counts the drop" "$ce" rx_ecn 1

capture br "$br" map0 "dst host $SRV4 and udp"
sixteen "$ce" $CE6 $BR6 $CE4 "$PORT" $SRV4 9
busywait 2000 saw_n 15 br
figure4 BR br
check_counter "the BR counts the drop" "$br" rx_ecn 1

# Up and down: requests and replies have the same field.
for tclass in 0 inherit 0xfc; do
	mapctl -n "$ce" dev set map0 tclass "$tclass"
	mapctl -n "$br" dev set map0 tclass "$tclass"
	for ecn in 0 1 2 3; do
		capture "wire$tclass$ecn" "$core" tobr "ip6[6] == 4 and ip6[41] & 3 == $ecn and (ip6[0:2] >> 4) & 3 == $ecn"
		check "tclass $tclass, ${NAMES[ecn]}: ping" pings "$lan" $SRV4 -Q $ecn
		check "on the wire outside as inside, both ways" busywait 2000 saw_n 4 "wire$tclass$ecn"
		capture_end "wire$tclass$ecn"
	done
done
finish
