/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's two doors: rtnetlink, and the family map. */
#ifndef VNECTL_APPLY_ASK_H
#define VNECTL_APPLY_ASK_H

#include "genl.h"
#include "reason.h"

int ask_rtnl(struct msg *msg, nl_reader reader, void *arg,
	     struct nl_error *err);
int ask_map(struct msg *msg, nl_reader reader, void *arg,
	    struct nl_error *err);
int ask_refused(const struct nl_error *err, struct reason *why,
		const char *what, const char *name);

#endif /* VNECTL_APPLY_ASK_H */
