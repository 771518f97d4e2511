#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each protocol with ports, or with something like them, gets one of the set on
# its way out; the others cannot share an address, and are dropped and counted.

. "$(dirname "$0")/topo.sh"
. "$TESTS/map/snat-lib.sh"

snat_up

# Where conntrack does not know a protocol, it has no ports. Linux 7 has neither
# UDP-Lite nor DCCP.
known() {
	case $1 in
	udplite) [[ -e /proc/net/udplite ]] ;;
	dccp) nsx "$ce" test -e /proc/sys/net/netfilter/nf_conntrack_dccp_timeout_request ;;
	esac
}

capture out "$br" map0 ip
for proto in tcp udp udplite sctp dccp icmp; do
	if ! known $proto; then
		echo "# $proto is not known to conntrack"
		continue
	fi
	counter_now snat_bound
	snat "$lan" send $proto $SRV4 80 3 -p 5000
	counter_more "$proto: three sources" snat_bound 3
	check_own "$proto: have three ports of the set" 3 0x34 bound $proto $SRV4
done
check_seen "SCTP leaves by them" "IP $CE4\.[0-9]+ > $SRV4\.80: sctp" out

counter_now snat_no_port
snat "$lan" send gre $SRV4 0 2
snat "$ce" send gre $SRV4 0 1
counter_more "GRE is dropped and counted" snat_no_port 3
check_eq "and leaves nothing behind" "$(count_of -p gre)" 0

# Other queries of ICMP than echo have an identifier, too.
counter_now snat_bound
snat "$lan" send timestamp $SRV4 0 3 -p 6000
counter_more "ICMP timestamp: three sources" snat_bound 3
check_own "ICMP timestamp: have three identifiers of the set" 3 0x34 bound icmp $SRV4 --icmp-type 13
check_seen "and are answered" "> $CE4: ICMP time stamp reply" out
finish
