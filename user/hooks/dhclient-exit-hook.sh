# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Tells vnectl what dhclient has got by DHCPv6. To be read by dhclient-script(8):
# /etc/dhcp/dhclient-exit-hooks.d/vne.

case ${reason-} in
*6)
	if command -v "${VNECTL:-vnectl}" >/dev/null; then
		"${VNECTL:-vnectl}" dhcpv6-hook client dhclient || :
	fi
	;;
esac
