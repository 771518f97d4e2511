/* SPDX-License-Identifier: GPL-2.0 */
/* The tunnel's device. */
#ifndef VNECTL_DATAPLANE_LINK_H
#define VNECTL_DATAPLANE_LINK_H

#include "dataplane/plan.h"

/**
 * struct tunnel - a device as it is
 * @index: of it, 0 where there is none of the name
 * @is_map: it is a map device
 * @up: it is up
 * @mtu: of it
 * @mode: enum map_mode
 * @same: it is as the plan wants it
 * @same_prefix: its end-user prefix is that of the plan
 */
struct tunnel {
	int index;
	bool is_map;
	bool up;
	uint32_t mtu;
	uint8_t mode;
	bool same;
	bool same_prefix;
};

int tunnel_look(const char *device, const struct plan *plan,
		struct tunnel *tunnel, struct reason *why);
int tunnel_make(const struct plan *plan, bool there, struct reason *why);
int tunnel_delete(const char *device, struct reason *why);

#endif /* VNECTL_DATAPLANE_LINK_H */
