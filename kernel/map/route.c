// SPDX-License-Identifier: GPL-2.0

#include <linux/slab.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/xfrm.h>

#include "dev.h"
#include "hash.h"

/**
 * map_routes_init - make an empty cache
 * @routes: the cache
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int map_routes_init(struct map_routes *routes)
{
	unsigned int i;

	routes->slots = kvcalloc(MAP_ROUTE_SLOTS, sizeof(*routes->slots),
				 GFP_KERNEL);
	if (!routes->slots)
		return -ENOMEM;

	for (i = 0; i < MAP_ROUTE_SLOTS; i++) {
		if (dst_cache_init(&routes->slots[i], GFP_KERNEL)) {
			map_routes_destroy(routes);
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * map_routes_destroy - release all routes and the cache
 * @routes: the cache, which nobody reads any more
 */
void map_routes_destroy(struct map_routes *routes)
{
	unsigned int i;

	if (!routes->slots)
		return;
	for (i = 0; i < MAP_ROUTE_SLOTS; i++)
		dst_cache_destroy(&routes->slots[i]);
	kvfree(routes->slots);
	routes->slots = NULL;
}

/**
 * map_routes_reset - have every route looked up again
 * @routes: the cache
 *
 * Needed when the source address changes; changes of the routing table are
 * noticed by the routes themselves.
 */
void map_routes_reset(struct map_routes *routes)
{
	unsigned int i;

	for (i = 0; i < MAP_ROUTE_SLOTS; i++)
		dst_cache_reset(&routes->slots[i]);
}

static struct dst_entry *route_lookup(struct map_dev *map,
				      const struct map_state *state,
				      const struct in6_addr *daddr)
{
	struct flowi6 fl6 = {
		.daddr = *daddr,
		.saddr = state->local,
		.flowi6_oif = state->set.link,
		.flowi6_proto = IPPROTO_IPIP,
	};
	struct dst_entry *dst;

	dst = ip6_route_output(map->net, NULL, &fl6);
	if (dst->error) {
		dst_release(dst);
		return NULL;
	}
	dst = xfrm_lookup(map->net, dst, flowi6_to_flowi(&fl6), NULL, 0);
	return IS_ERR(dst) ? NULL : dst;
}

/**
 * map_route - the IPv6 route of the tunnel to one destination
 * @map: the device
 * @state: its state
 * @daddr: IPv6 destination
 *
 * Context: bottom halves off.
 * Return: a strong reference, or NULL when there is no route.
 */
struct dst_entry *map_route(struct map_dev *map, const struct map_state *state,
			    const struct in6_addr *daddr)
{
	u32 hash = map_hash_ipv6(daddr, 0);
	struct in6_addr cached;
	struct dst_cache *slot;
	struct dst_entry *dst;

	slot = &map->routes.slots[hash & (MAP_ROUTE_SLOTS - 1)];
	dst = dst_cache_get_ip6(slot, &cached);
	if (dst) {
		if (ipv6_addr_equal(&cached, daddr))
			return dst;
		dst_release(dst);
	}

	dst = route_lookup(map, state, daddr);
	if (!dst)
		return NULL;
	dst_cache_set_ip6(slot, dst, daddr);
	if (ipv6_addr_equal(daddr, &state->remote))
		map_dev_lower_seen(map, state, dst->dev);
	return dst;
}

/**
 * map_route_mtu - length of the longest IPv6 packet that a route carries
 * @state: the device's state
 * @dst: the route
 *
 * A BR with an anycast address learns nothing reliable of the path
 * (RFC 7597, section 8.3.1): without pmtudisc the MTU of the link counts. IPv6
 * knows it: where a router has announced so, it is less than the device's.
 *
 * Return: bytes.
 */
u32 map_route_mtu(const struct map_state *state, const struct dst_entry *dst)
{
	u32 mtu = state->set.pmtudisc ? dst_mtu(dst) :
					ip6_dst_mtu_maybe_forward(dst, true);

	return max_t(u32, mtu, IPV6_MIN_MTU);
}
