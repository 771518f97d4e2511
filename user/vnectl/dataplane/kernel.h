/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's two doors: rtnetlink, and the family map. */
#ifndef VNECTL_DATAPLANE_KERNEL_H
#define VNECTL_DATAPLANE_KERNEL_H

#include "genl.h"
#include "base/reason.h"

int ask_rtnl(struct msg *msg, nl_reader reader, void *arg,
	     struct nl_error *err);
int ask_map(struct msg *msg, nl_reader reader, void *arg,
	    struct nl_error *err);
int ask_refused(const struct nl_error *err, struct reason *why,
		const char *what, const char *name);

#endif /* VNECTL_DATAPLANE_KERNEL_H */
