#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 120
#
# A WAN as the daemon sees it: announced prefixes and their ends (RFC 4862,
# section 5.5), renumbering, flaps of the link, a device that goes and comes, two
# WANs, and lost events.

. "$(dirname "$0")/watch.sh"
need_cmd radvd

watch wan wan2
check_eq "no device, nothing is known" "$(fact index) $(fact up) $(fact from)" "0 false none"

cable
wait_fact "it comes" 5 up true
check_eq "nothing is announced yet" "$(fact router) $(fact prefix) $(fact address)" "false  "

RA_OPTIONS=('AdvLinkMTU 1454;')
ra_up "$isp" p0 2001:db8:a::/64
wait_fact "an announced prefix is known" 10 prefix 2001:db8:a::/64
check_eq "where it is from" "$(fact from)" ra
wait_fact "and a router" 5 router true
wait_fact "and the MTU that it says" 5 mtu 1454
in_a() { [[ $(fact address) = 2001:db8:a:0:* ]]; }
check "and an address in the prefix" busywait 5000 in_a

n=$(changes)
ip -n "$ce" addr add 2001:db8:a::99/128 dev wan preferred_lft 0
ip -n "$ce" addr add fd00:1::1/64 dev wan
ip -n "$ce" addr add 2001:db8:77::1/64 dev wan preferred_lft 0
ip -n "$ce" link set wan alias nothing
ra_up "$isp" p0 2001:db8:a::/64,80000
announced_again() {
	ip -n "$ce" -6 route show dev wan | grep -qE '^2001:db8:a::/64 .*expires 7[0-9]{4}sec'
}
check "another lifetime is announced" slowwait 10 announced_again
pause 0.3
check_eq "what makes no difference is not told" "$(changes)" "$n"
ip -n "$ce" addr del 2001:db8:77::1/64 dev wan
ip -n "$ce" addr del fd00:1::1/64 dev wan

# Renumbering: the old prefix is valid for a while, but not to be used any more.
ra_up "$isp" p0 2001:db8:a::/64,80000,0 2001:db8:b::/64
wait_fact "the new prefix goes before one that is deprecated" 10 prefix 2001:db8:b::/64
in_b() { [[ $(fact address) = 2001:db8:b:0:* ]]; }
check "and so does its address" busywait 5000 in_b
check "the old one is still there" grep -q 2001:db8:a: <(ip -n "$ce" -6 addr show dev wan scope global)

# A router that was started again knows nothing of the one before (RFC 9096).
ra_up "$isp" p0 2001:db8:c::/64,86400,40000
wait_fact "one that lives longer by far goes before the one not announced any more" 10 prefix 2001:db8:c::/64

# Taken back: the kernel keeps the address for two hours (RFC 4862, 5.5.3).
ra_up "$isp" p0 2001:db8:a::/64,0 2001:db8:b::/64,0 2001:db8:c::/64,0
wait_fact "prefixes that are taken back are gone" 10 prefix ""
check_eq "and so is where they were from" "$(fact from)" none
check "though the kernel keeps the addresses" grep -q 2001:db8:c: <(ip -n "$ce" -6 addr show dev wan scope global)

ra_up "$isp" p0 2001:db8:d::/64,8,4
wait_fact "a prefix with a short life" 10 prefix 2001:db8:d::/64
ra_down "$isp" p0
wait_fact "a router that goes is none any more" 5 router false
wait_fact "the prefix ends when its time is over" 15 prefix ""
wait_fact "and the address" 5 address ""
# The kernel keeps routes for a while that are over.
wakes() { awk '/^voluntary_ctxt/ { print $2 }' "/proc/$WATCH/status"; }
n=$(wakes)
pause 1
n=$(($(wakes) - n))
check "nothing is done while nothing happens ($n)" test "$n" -lt 10

ra_up "$isp" p0 2001:db8:a::/64
wait_fact "once more" 10 prefix 2001:db8:a::/64

# The other end of the cable goes down, and comes back.
ip -n "$isp" link set p0 down
wait_fact "no carrier" 5 up false
ip -n "$isp" link set p0 up
wait_fact "the carrier is back" 5 up true
check_eq "the prefix is still there" "$(fact prefix)" 2001:db8:a::/64
ip -n "$ce" link set wan down
wait_fact "down" 5 up false
wait_fact "which takes the prefix away" 5 prefix ""
ip -n "$ce" link set wan up
wait_fact "up" 5 up true
wait_fact "it is announced again" 10 prefix 2001:db8:a::/64

# Another device with the same name, as of PPP.
old=$(fact index)
ip -n "$ce" link del wan
wait_fact "the device is gone" 5 index 0
check_eq "and all with it" "$(fact prefix) $(fact router) $(fact address)" " false "
ra_down "$isp" p0
ip -n "$ce" link add spare type dummy
cable
wait_fact "another one with its name is there" 5 up true
check_eq "with another index" "$([[ $(fact index) != "$old" ]] && echo yes)" yes
ra_up "$isp" p0 2001:db8:e::/64
wait_fact "and has a prefix" 10 prefix 2001:db8:e::/64
ip -n "$ce" link set wan down
ip -n "$ce" link set wan name other
wait_fact "renamed, it is gone" 5 index 0
ip -n "$ce" link set other name wan
ip -n "$ce" link set wan up
wait_fact "it has its name again" 10 prefix 2001:db8:e::/64

# Another WAN, which the first one knows nothing of.
n=$(changes)
cable wan2 p1
RA_OPTIONS=()
ra_up "$isp" p1 2001:db8:2::/64
wait_fact "a second WAN has its own prefix" 10 prefix 2001:db8:2::/64 wan2
wait_fact "and its own router" 5 router true wan2
check_eq "nothing was said of the first" "$(changes)" "$n"

# More events than there is room for: none of them may be missed in the end.
kill -STOP "$WATCH"
flood() {
	local i
	for ((i = 0; i < 2000; i++)); do
		echo "link set wan alias $(printf '%0200d' "$i")"
	done
	echo "addr flush dev wan scope global"
	echo "route flush dev wan table all"
	echo "link set wan2 down"
}
flood | ip_batch "$ce"
lost() {
	nsx "$ce" awk -v pid="$WATCH" '$2 == 0 && $9 > 0 { n++ } END { exit !n }' /proc/net/netlink
}
check "the kernel had to drop events" lost
kill -CONT "$WATCH"
wait_fact "after lost events, the second WAN is known to be down" 5 up false wan2
ip -n "$ce" link set wan2 up
wait_fact "and events are heard as before" 5 up true wan2

# Known from the configuration.
kill "$WATCH"
wait "$WATCH" 2>/dev/null
watch prefix 2001:db8:ffff::/48 wan
check_eq "a prefix that was configured needs no router" "$(fact from) $(fact prefix)" "static 2001:db8:ffff::/48"
check_eq "no errors" "$(cat "$FACTS.err")" ""
finish
