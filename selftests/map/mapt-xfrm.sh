#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MAP-T: IPsec output policies select by the packet that leaves: translated
# addresses, protocol and ports (RFC 4301, section 5.1). One about next header 4
# is about nothing here. Policy routing goes by the same addresses.

. "$(dirname "$0")/mapt-topo.sh"
. "$TESTS/map/traffic.sh"

policy() {
	ip -n "$ce" xfrm policy "$1" dir out src ::/0 dst "$DMR" "${@:2}"
}

topo_up
serve "$srv" 80
check "without a policy" pings "$lan" $SRV4 -c1
check_counter "nothing is against a policy" "$ce" tx_policy 0

check "a policy blocks echo requests" policy add proto ipv6-icmp type 128 action block
check_fails "no answer" pings "$lan" $SRV4 -c1 -W1
check "which is counted" counted "$ce" tx_policy 1
check_match "UDP passes" "^$CE4 " udp "$lan" $SRV4 80
policy delete proto ipv6-icmp type 128

check "a policy blocks a port" policy add proto udp dport 81 action block
check_match "another port passes" "^$CE4 " udp "$lan" $SRV4 80
policy delete proto udp dport 81
policy add proto udp dport 80 action block
check_fails "that one does not" ip netns exec "$lan" /usr/bin/python3 "$NET" udp -t 1 $SRV4 80
policy delete proto udp dport 80

check "a policy about next header 4" policy add proto 4 action block
check "is about nothing" pings "$lan" $SRV4 -c1
policy delete proto 4

capture wan "$core" ce1 "src net 2001:db8:12:3400::/56 and dst net $DMR"
check "a policy asks for ESP" policy add proto ipv6-icmp tmpl proto esp mode transport
check_fails "no association: no answer" pings "$lan" $SRV4 -c1 -W1
check_eq "nothing leaves in the clear" "$(captured_count wan)" 0
check "an association" ip -n "$ce" xfrm state add src $CE6 dst $SRV6 proto esp spi 7 mode transport \
	enc "cbc(aes)" "0x$(printf '1%.0s' {1..32})" auth "hmac(sha1)" "0x$(printf '2%.0s' {1..40})"
pings "$lan" $SRV4 -c1 -W1 >/dev/null
check_seen "what leaves is ESP" "ESP\(spi=0x00000007" wan
check_eq "nothing else does" "$(captured_count wan 'not ip6 proto 50')" 0
capture_end wan
nsx "$ce" ip xfrm policy flush
check "the policy is gone" pings "$lan" $SRV4 -c1

ip -6 -n "$br" -batch - <<-EOF
	route add blackhole 2001:db8:12::/48
	rule add from $DMR table 7
	route add default via 2001:db8:f:ff::1 table 7
EOF
check "BR: a rule with the source of translated packets" pings "$lan" $SRV4 -c1
finish
