# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Tells vnectl what dhcpcd has got by DHCPv6. To be read by dhcpcd-run-hooks(8):
# /usr/lib/dhcpcd/dhcpcd-hooks/70-vne, or /etc/dhcpcd.exit-hook.

case ${reason-} in
*6|STOPPED|DEPARTED)
	if command -v "${VNECTL:-vnectl}" >/dev/null; then
		"${VNECTL:-vnectl}" dhcpv6-hook client dhcpcd || :
	fi
	;;
esac
