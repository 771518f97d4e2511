#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# RFC 7597, section 8.3.3: CEs that share an address may use the same IPv4
# identification towards one host. With "ipid psid" a CE moves it into its port
# set, in all fragments of a packet alike; with "ipid keep" it leaves it alone.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/traffic.sh"

ids() {
	captured "$1" -v "$2" | sed -n 's/.* id \([0-9]*\), offset.*/\1/p' | sort -un
}

topo_up
check_match "keep is the default" 'ipid keep' mapctl -n "$ce" dev show map0
capture lan "$lan" eth0 "icmp[0] == 8 or ip[6:2] & 0x1fff != 0 and src host 10.0.0.2"
capture keep "$srv" eth0 "src host $CE4"
check "ping in three fragments" pings "$lan" $SRV4 -M dont -s 3000
check "they are there" busywait 2000 saw_n 6 keep
check_eq "keep: the identification of the LAN host" "$(ids keep "src host $CE4")" "$(ids lan "src host 10.0.0.2")"
capture_end keep
capture_end lan

check "ipid psid" mapctl -n "$ce" dev set map0 ipid psid
capture psid "$srv" eth0 "src host $CE4"
check "ping in three fragments" pings "$lan" $SRV4 -M dont -s 3000 -c5
check "they are there" busywait 2000 saw_n 15 psid
for id in $(ids psid "src host $CE4"); do
	check "identification $id is of the port set" port_in_set "$id" 0x34
done
check_eq "one for each packet" "$(ids psid "src host $CE4" | wc -l)" 5
serve "$srv" 8080
nsx "$lan" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
check "UDP of 20000 bytes arrives" udp_sum "$lan" $SRV4 8080 -s 20000
check "download" download "$lan" $SRV4:8080 300000
check_no_drops "nothing dropped at the CE" "$ce"
finish
