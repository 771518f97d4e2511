/* SPDX-License-Identifier: GPL-2.0 */
/* All kinds of provisioners. */
#ifndef VNECTL_PROVISION_PROVISIONERS_H
#define VNECTL_PROVISION_PROVISIONERS_H

#include "provision/core/provisioner.h"

extern const struct source_ops source_static;
extern const struct source_ops source_dhcpv6;
extern const struct source_ops source_hb46pp;
extern const struct source_ops source_v6plus;
extern const struct source_ops source_ocn;

const struct source_ops *source_ops_of(const struct vne *vne);

#endif /* VNECTL_PROVISION_PROVISIONERS_H */
