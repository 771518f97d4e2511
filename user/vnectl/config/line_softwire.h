/* SPDX-License-Identifier: GPL-2.0 */
/* The way to IPv4 that the settings of a line describe. */
#ifndef VNECTL_CONFIG_LINE_SOFTWIRE_H
#define VNECTL_CONFIG_LINE_SOFTWIRE_H

#include "softwire/softwire.h"
#include "config/line_options.h"

int vne_lease(const struct vne *vne, const struct in6_addr *prefix,
	      uint8_t len, struct lease *lease, struct reason *why);
int vne_check_lease(const struct vne *vne, struct arg_error *err);
int vne_check_hb46pp(const struct vne *vne, struct arg_error *err);

#endif /* VNECTL_CONFIG_LINE_SOFTWIRE_H */
