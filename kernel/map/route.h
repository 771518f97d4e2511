/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 routes of the tunnel, remembered by destination. */
#ifndef _MAP_ROUTE_H
#define _MAP_ROUTE_H

#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rcupdate.h>
#include <net/dst.h>

#include "map.h"

struct flowi6;

/* An IPv6 header is so much longer than an IPv4 header. */
#define MAP_XLAT_GROWTH (sizeof(struct ipv6hdr) - sizeof(struct iphdr))

/* Until the MTU follows a route that has moved, in jiffies: packets to several
 * destinations by different devices do not keep the RTNL busy.
 */
#define MAP_ROUTE_MOVE_DELAY (HZ / 10)

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
void map_route_update_pmtu(struct map_dev *map, const struct map_state *state,
			   struct sk_buff *skb, u32 mtu);
bool map_route_has_policies(const struct net *net);
struct dst_entry *map_route_policy(struct net *net, struct dst_entry *dst,
				   struct flowi6 *fl6);
u32 map_route_mtu(const struct map_state *state, const struct dst_entry *dst);

/* May the MTU of a map device follow this device? */
static inline bool map_route_may_be_lower(const struct net_device *dev)
{
	return !(dev->flags & IFF_LOOPBACK) && !map_dev_is(dev);
}

/**
 * map_route_mtu_encap - length of the longest IPv4 packet that fits the tunnel
 * @map: the device
 * @state: its state
 * @dst: IPv6 route of the tunnel
 *
 * Return: bytes.
 */
static inline u32 map_route_mtu_encap(const struct map_dev *map,
				      const struct map_state *state,
				      const struct dst_entry *dst)
{
	u32 mtu = map_route_mtu(state, dst) - sizeof(struct ipv6hdr);

	return min(mtu, READ_ONCE(map->dev->mtu));
}

/**
 * map_route_mtu_xlat - length of the longest IPv4 packet that fits translated
 * @map: the device
 * @state: its state
 * @dst: IPv6 route of the packet
 *
 * Return: bytes.
 */
static inline u32 map_route_mtu_xlat(const struct map_dev *map,
				     const struct map_state *state,
				     const struct dst_entry *dst)
{
	u32 mtu = map_route_mtu(state, dst) - MAP_XLAT_GROWTH;

	return min(mtu, READ_ONCE(map->dev->mtu));
}

#endif /* _MAP_ROUTE_H */
