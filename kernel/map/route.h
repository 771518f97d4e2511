/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 routes of the tunnel, remembered by destination. */
#ifndef _MAP_ROUTE_H
#define _MAP_ROUTE_H

#include <linux/in6.h>
#include <net/dst_cache.h>

struct map_dev;
struct map_state;

/* A power of two. A CE in hub-and-spoke mode uses one, a BR as many as CEs
 * are busy at once; two CEs that meet in one slot only cost a look-up each.
 */
#define MAP_ROUTE_SLOTS 256

/**
 * struct map_routes - a device's cache of routes, direct-mapped
 * @slots: each holds the route and, in the place dst_cache has for a source
 *	address, the destination that it is for
 */
struct map_routes {
	struct dst_cache *slots;
};

int map_routes_init(struct map_routes *routes);
void map_routes_destroy(struct map_routes *routes);
void map_routes_reset(struct map_routes *routes);
struct dst_entry *map_route(struct map_dev *map, const struct map_state *state,
			    const struct in6_addr *daddr);
u32 map_route_mtu(const struct map_state *state, const struct dst_entry *dst);

#endif /* _MAP_ROUTE_H */
