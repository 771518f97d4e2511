/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 routes of the tunnel, remembered by destination. */
#ifndef _MAP_ROUTE_H
#define _MAP_ROUTE_H

#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <net/dst.h>

struct flowi6;
struct map_dev;
struct map_state;
struct net;

/* The largest cache. Two destinations that meet in one slot only cost a
 * look-up each; 512 slots are 16 KiB a CPU, half of what the allocator gives.
 */
#define MAP_ROUTE_MAX_SLOTS 512

struct map_route_slot;

/**
 * struct map_routes - a device's cache of routes, direct-mapped
 * @slots: of each CPU, @mask + 1
 * @mask: what of a destination's hash says the slot
 * @rcu: private
 */
struct map_routes {
	struct map_route_slot __percpu *slots;
	u32 mask;
	struct rcu_head rcu;
};

struct map_routes *map_routes_alloc(u32 slots);
void map_routes_free(struct map_routes *routes);
void map_routes_free_rcu(struct map_routes *routes);
u32 map_routes_slots(u32 destinations);
struct dst_entry *map_route(struct map_dev *map, const struct map_state *state,
			    const struct in6_addr *daddr);
bool map_route_has_policies(const struct net *net);
struct dst_entry *map_route_policy(struct net *net, struct dst_entry *dst,
				   struct flowi6 *fl6);
u32 map_route_mtu(const struct map_state *state, const struct dst_entry *dst);

#endif /* _MAP_ROUTE_H */
