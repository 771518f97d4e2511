/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses of the far ends that a provider names. */
#ifndef VNECTL_LINE_REMOTE_H
#define VNECTL_LINE_REMOTE_H

#include <ev.h>

#include "base/endpoint.h"
#include "fetch/fetcher.h"
#include "base/reason.h"
#include "config/line_options.h"

struct far;

/**
 * struct fars - the names of a line
 * @first: of the look-ups, NULL for none
 * @vne: settings of the line: whom to ask
 * @changed: called from the event loop when an address is known, or another
 *	one, or cannot be found
 * @arg: for @changed
 */
struct fars {
	struct far *first;
	const struct vne *vne;
	void (*changed)(void *arg);
	void *arg;
};

/* What is known of a far end. */
enum far_state { FAR_ASKING, FAR_GOOD, FAR_BAD };

enum far_state far_find(struct fars *fars, const struct endpoint *end,
			struct in6_addr *ipv6, struct reason *why);
void far_renew(struct fars *fars);
void far_forget(struct fars *fars);

#endif /* VNECTL_LINE_REMOTE_H */
