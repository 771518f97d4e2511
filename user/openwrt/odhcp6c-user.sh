# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# In /etc/odhcp6c.user.d, read by OpenWrt's script of odhcp6c at each of its
# events: what the DHCPv6 server has given is for lines with source 'dhcpv6', too.

# Where the server gives no prefix, that of option ip6prefix counts, which is in the
# configuration, so that it has no end.
mapvne_prefixes() {
	local prefix
	[ -z "$PREFIXES" ] || { echo "$PREFIXES"; return; }
	for prefix in $USERPREFIX; do
		printf '%s%s' "$space" "$prefix,4294967295,4294967295"
		local space=' '
	done
}

PREFIXES=$(mapvne_prefixes) vnectl dhcpv6-hook client odhcp6c interface "$1" reason "$2"
