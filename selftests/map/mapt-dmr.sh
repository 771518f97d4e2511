#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# MAP-T with a DMR of each length that RFC 6052, section 2.2, has: what is shown,
# and packets both ways. Other lengths are refused, and what belongs to a tunnel.

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080
capture core "$core" ce1 ip6 and udp

# with PREFIX SERVER: CE and BR have this DMR, the server is that in it
with() {
	local ns
	for ns in "$ce" "$br"; do
		mapctl -n "$ns" rule del dev map0 dmr &&
		mapctl -n "$ns" rule add dev map0 dmr "$1" || fail "dmr $1 is accepted"
	done
	ip -n "$br" -6 route replace "$1" dev map0
	ip -n "$core" -6 route replace "$1" via 2001:db8:f:ff::2
	check_match "get names the server's address $2" "ipv6 $CE6 -> ${2}[[:space:]]+by dmr $1" \
		mapctl -n "$ce" get dev map0 "$CE4:$PORT" $SRV4:80 proto tcp
	check_match "and the BR's get" "ipv6 $2 -> ${CE6}[[:space:]]+by fmr" \
		mapctl -n "$br" get dev map0 $SRV4:80 "$CE4:$PORT" proto tcp
	check "UDP" udp "$lan" $SRV4 8080 -s 1300
	check "to that address" busywait 2000 saw core "dst host $2"
	check "TCP" download "$lan" $SRV4:8080 100000
}

with 2001:db9::/32 2001:db9:c633:6402::
with 2001:db9:100::/40 2001:db9:1c6:3364:2::
with 2001:db9:122::/48 2001:db9:122:c633:64:200::
with 2001:db9:122:300::/56 2001:db9:122:3c6:33:6402::
with 2001:db9:122:344::/64 2001:db9:122:344:c6:3364:200:0
with 2001:db9:122:344::/96 2001:db9:122:344::c633:6402
with 64:ff9b::/96 64:ff9b::c633:6402
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"

mapctl -n "$ce" rule del dev map0 dmr
for len in 3 24 31 33 63 65 72 95 97 128; do
	check_refused "a dmr of length $len" "length of the dmr in mode map-t is not 32, 40, 48, 56, 64 or 96" \
		mapctl -n "$ce" rule add dev map0 dmr "2000::/$len"
done
check_refused "bits 64 to 71" "bits 64 to 71 of the dmr's IPv6 prefix are not zero" \
	mapctl -n "$ce" rule add dev map0 dmr 2001:db8:0:0:100::/96
check_refused "a source rule" "source is for mode map-e" \
	mapctl -n "$ce" rule add dev map0 source 2001:db8:ffff::/64
check_match "without a dmr there is nowhere to go" "tx_no_rule" \
	mapctl -n "$ce" get dev map0 "$CE4:$PORT" $SRV4:80 proto tcp
mapctl -n "$br" rule del dev map0 dmr
check_match "a BR without one says what it lacks" "a dmr rule" mapctl -n "$br" show map0
finish
