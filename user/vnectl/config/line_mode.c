// SPDX-License-Identifier: GPL-2.0
#include "config/line_options.h"

/**
 * vne_mode - the mode, where none is given the usual one of the source
 * @vne: the settings
 *
 * Return: the mode.
 */
enum vne_mode vne_mode(const struct vne *vne)
{
	if (vne->mode != VNE_AUTO || vne->source == VNE_DHCPV6 ||
	    vne->source == VNE_HB46PP)
		return vne->mode;
	return VNE_MAP_E;
}

/**
 * vne_method - which way to IPv4 a mode is
 * @mode: the mode, not VNE_AUTO
 *
 * Return: the way.
 */
enum lease_method vne_method(enum vne_mode mode)
{
	static const enum lease_method methods[] = {
		[VNE_MAP_E] = LEASE_MAP_E,
		[VNE_MAP_T] = LEASE_MAP_T,
		[VNE_FIXED_IP] = LEASE_IPIP,
		[VNE_DS_LITE] = LEASE_DS_LITE,
		[VNE_LW4O6] = LEASE_LW4O6,
		[VNE_464XLAT] = LEASE_464XLAT,
	};

	return methods[mode];
}
