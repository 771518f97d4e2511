// SPDX-License-Identifier: GPL-2.0
#include "provision/provisioners.h"

static const struct source_ops *const all_ops[] = {
	[VNE_STATIC] = &source_static,
	[VNE_DHCPV6] = &source_dhcpv6,
	[VNE_HB46PP] = &source_hb46pp,
	[VNE_V6PLUS] = &source_v6plus,
	[VNE_OCN] = &source_ocn,
};

/**
 * source_ops_of - the kind of provisioner that a line has
 * @vne: the settings of the line
 *
 * Return: its operations.
 */
const struct source_ops *source_ops_of(const struct vne *vne)
{
	return all_ops[vne->source];
}
