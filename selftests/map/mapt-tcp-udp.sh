#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 90
#
# MAP-T: TCP and UDP through the shared address. The server sees the CE's
# address and a port of its set (RFC 7599, section 8.1), whatever the size of
# the data; with DF set the sender hears of the MTU (RFC 7915, section 4.1).

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

topo_up
serve "$srv" 8080

for port in 0 1024 "$PORT" 60000; do
	who=$(fetch "$lan" $SRV4:8080/who --local-port "$port")
	check "TCP from port $port: $who" is_own "$who" $CE4 0x34
	who=$(udp "$lan" $SRV4 8080 -p "$port")
	check "UDP from port $port: $who" is_own "$who" $CE4 0x34
done
who=$(fetch "$ce" $SRV4:8080/who)
check "TCP from the CE itself: $who" is_own "$who" $CE4 0x34
who=$(udp "$ce" $SRV4 8080)
check "UDP from the CE itself: $who" is_own "$who" $CE4 0x34

check "download" download "$lan" $SRV4:8080 3000000
check "upload" upload "$lan" $SRV4:8080 3000000
check "download to the CE itself" download "$ce" $SRV4:8080 1000000
check "upload from the CE itself" upload "$ce" $SRV4:8080 1000000
for size in 20 1200 1232 1233 1452; do
	check "UDP of $size bytes up" udp_sum "$lan" $SRV4 8080 -s "$size"
	check "and down" udp "$lan" $SRV4 8080 -s "$size"
done
check_no_drops "nothing dropped at the CE" "$ce"
check_no_drops "nothing dropped at the BR" "$br"

check "UDP of 8000 bytes up" udp_sum "$lan" $SRV4 8080 -s 8000
check "and down" udp "$lan" $SRV4 8080 -s 8000
check "from the CE itself" udp_sum "$ce" $SRV4 8080 -s 8000
check "and to it" udp "$ce" $SRV4 8080 -s 8000
check "the longest packet with DF" ping_df "$lan" 1480
check_refused "a longer one is answered with the MTU" "mtu = 1480" ping_df "$lan" 1481
check "which the host keeps in mind" busywait 2000 \
	sh -c "ip -n $lan route get $SRV4 | grep -q 'mtu 1480'"
check_eq "that is the one drop" "$(drops "$ce")" "tx_too_big: 1 "
finish
