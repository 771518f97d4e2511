# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The hosts of the demo and the cables between them: all that is there before
# MAP-E comes in. Between the CEs and the BR there is IPv6 only.

picture() {
	cat <<'PICTURE'
     home networks            provider: IPv6 only             IPv4 Internet

   pc1 ------ lan[ce1]wan ---+
   10.1.0.2                  |
                             +-- core ---- wan[br]out ------ server
                             |                               198.51.100.2
   pc2 ------ lan[ce2]wan ---+
   10.2.0.2

   ce1: 2001:db8:12:3400::/56   both are 192.0.2.18 to the IPv4 Internet,
   ce2: 2001:db8:12:3500::/56   each with 240 ports of its own
   br:  2001:db8:ffff::1        the border relay
PICTURE
}

hosts() {
	ip -batch - <<-LINES
	$(printf 'netns add %s\n' core br server ce1 ce2 pc1 pc2)
	link add lan netns ce1 type veth peer name eth0 netns pc1
	link add lan netns ce2 type veth peer name eth0 netns pc2
	link add wan netns ce1 type veth peer name toce1 netns core
	link add wan netns ce2 type veth peer name toce2 netns core
	link add wan netns br type veth peer name tobr netns core
	link add out netns br type veth peer name eth0 netns server
	LINES
}

# Addresses are usable at once, so that nobody waits for the detection of
# duplicates; and all may forward, of which PCs and server make no use.
sysctls() {
	local file
	for file in /proc/sys/net/ipv6/conf/*/accept_dad; do
		echo 0 >"$file"
	done
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
	echo 1 >/proc/sys/net/ipv4/ip_forward
}

# host NAME: reads its addresses and routes, as words for ip
host() {
	inside "$1" "$(declare -f sysctls); sysctls" && ip -n "$1" -batch -
}

# home N PREFIX: a customer's PC and CE router, and the provider's line to it
home() {
	host "pc$1" <<-LINES &&
	addr add 10.$1.0.2/24 dev eth0
	link set eth0 up
	route add default via 10.$1.0.1
	LINES
	host "ce$1" <<-LINES &&
	link set lo up
	addr add 10.$1.0.1/24 dev lan
	link set lan up
	addr add 2001:db8:f:$1::2/64 dev wan
	link set wan up
	route add default via 2001:db8:f:$1::1
	LINES
	ip -n core -batch - <<-LINES
	addr add 2001:db8:f:$1::1/64 dev toce$1
	link set toce$1 up
	route add $2 via 2001:db8:f:$1::2
	LINES
}

provider() {
	host core <<-LINES &&
	addr add 2001:db8:f:ff::1/64 dev tobr
	link set tobr up
	route add 2001:db8:ffff::1 via 2001:db8:f:ff::2
	LINES
	host br <<-LINES &&
	link set lo up
	addr add 2001:db8:ffff::1/128 dev lo
	addr add 2001:db8:f:ff::2/64 dev wan
	link set wan up
	route add default via 2001:db8:f:ff::1
	addr add 198.51.100.1/24 dev out
	link set out up
	LINES
	host server <<-LINES
	addr add 198.51.100.2/24 dev eth0
	link set eth0 up
	route add default via 198.51.100.1
	LINES
}

network() {
	hosts && provider && home 1 2001:db8:12:3400::/56 && home 2 2001:db8:12:3500::/56
}
