// SPDX-License-Identifier: GPL-2.0

#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/xfrm.h>

#include "hash.h"
#include "map.h"
#include "route.h"

/**
 * struct map_route_slot - a route that a CPU has used
 * @dst: the route, or NULL
 * @daddr: destination that it is for
 * @cookie: for dst_check()
 * @generation: of the state that it was looked up by
 */
struct map_route_slot {
	struct dst_entry *dst;
	struct in6_addr daddr;
	u32 cookie;
	u32 generation;
};

/**
 * map_routes_slots - how many slots a cache should have
 * @destinations: to how many IPv6 addresses the device may send
 *
 * Return: a power of two, at most MAP_ROUTE_MAX_SLOTS.
 */
u32 map_routes_slots(u32 destinations)
{
	destinations = clamp_t(u32, destinations, 1, MAP_ROUTE_MAX_SLOTS);
	return roundup_pow_of_two(destinations);
}

/**
 * map_routes_alloc - make an empty cache
 * @slots: as map_routes_slots() says
 *
 * Context: process, may sleep.
 * Return: the cache, or NULL without memory.
 */
struct map_routes *map_routes_alloc(u32 slots)
{
	struct map_routes *routes;

	routes = kzalloc(sizeof(*routes), GFP_KERNEL_ACCOUNT);
	if (!routes)
		return NULL;
	routes->mask = slots - 1;
	routes->slots = __alloc_percpu_gfp(slots * sizeof(*routes->slots),
					   __alignof__(*routes->slots),
					   GFP_KERNEL_ACCOUNT);
	if (routes->slots)
		return routes;
	kfree(routes);
	return NULL;
}

/**
 * map_routes_free - release all routes and the cache
 * @routes: the cache, without readers; or NULL
 *
 * Context: any.
 */
void map_routes_free(struct map_routes *routes)
{
	u32 i;
	int cpu;

	if (!routes)
		return;
	for_each_possible_cpu(cpu)
		for (i = 0; i <= routes->mask; i++)
			dst_release(per_cpu_ptr(routes->slots, cpu)[i].dst);
	free_percpu(routes->slots);
	kfree(routes);
}

static void map_routes_rcu(struct rcu_head *rcu)
{
	map_routes_free(container_of(rcu, struct map_routes, rcu));
}

/**
 * map_routes_free_rcu - release a cache once no packet uses it any more
 * @routes: the cache, which packets do not find any more
 *
 * Context: any.
 */
void map_routes_free_rcu(struct map_routes *routes)
{
	call_rcu(&routes->rcu, map_routes_rcu);
}

/* The route in a slot, if a look-up would return the same now. dst_check()
 * notices changes of the routing table, @generation changes of the device. The
 * slot belongs to this CPU, and bottom halves are off: no lock.
 */
static struct dst_entry *map_route_slot_get(struct map_route_slot *slot,
					    u32 generation,
					    const struct in6_addr *daddr)
{
	struct dst_entry *dst = slot->dst;

	if (!dst || slot->generation != generation ||
	    !ipv6_addr_equal(&slot->daddr, daddr))
		return NULL;
	if (dst_check(dst, slot->cookie)) {
		dst_hold(dst);
		return dst;
	}
	slot->dst = NULL;
	dst_release(dst);
	return NULL;
}

static void map_route_slot_set(struct map_route_slot *slot, u32 generation,
			       const struct in6_addr *daddr,
			       struct dst_entry *dst)
{
	dst_hold(dst);
	dst_release(slot->dst);
	slot->dst = dst;
	slot->daddr = *daddr;
	slot->cookie = rt6_get_cookie(container_of(dst, struct rt6_info, dst));
	slot->generation = generation;
}

/* Is @daddr the destination that the MTU of the device depends on? For a
 * translator it is any in the prefix of the DMR.
 */
static bool map_route_is_main(const struct map_state *state,
			      const struct in6_addr *daddr)
{
	if (state->set.mode != MAP_MODE_MAP_T)
		return ipv6_addr_equal(daddr, &state->remote);
	return state->remote_len &&
	       ipv6_prefix_equal(daddr, &state->remote, state->remote_len);
}

/* The source address selects among routes and rules with "from". A translating
 * BR sends from the prefix of the DMR.
 */
static const struct in6_addr *map_route_source(const struct map_state *state)
{
	if (state->set.mode == MAP_MODE_MAP_T &&
	    state->set.role == MAP_ROLE_BR)
		return &state->remote;
	return &state->local;
}

static struct dst_entry *map_route_lookup(struct map_dev *map,
					  const struct map_state *state,
					  const struct in6_addr *daddr)
{
	struct flowi6 fl6 = {
		.daddr = *daddr,
		.saddr = *map_route_source(state),
		.flowi6_oif = state->set.link,
		.flowi6_proto = IPPROTO_IPIP,
	};
	/* A route by another device is none, though its metric is better: an
	 * output device alone would only be preferred among equals.
	 */
	int flags = state->set.link ? RT6_LOOKUP_F_IFACE : 0;
	struct dst_entry *dst;

	if (READ_ONCE(state->set.link_gone))
		return NULL;
	dst = ip6_route_output_flags(map->net, NULL, &fl6, flags);
	if (dst->error) {
		dst_release(dst);
		return NULL;
	}
	/* A translator applies IPsec policies to each packet that it sends:
	 * map_route_policy().
	 */
	if (state->set.mode == MAP_MODE_MAP_T)
		return dst;
	dst = xfrm_lookup(map->net, dst, flowi6_to_flowi(&fl6), NULL, 0);
	return IS_ERR(dst) ? NULL : dst;
}

/* Route changes are not notified. The first packet that uses the new route has
 * the MTU follow.
 */
static void map_route_lower_seen(struct map_dev *map,
				 const struct map_state *state,
				 const struct net_device *lower)
{
	if (!state->set.link && lower->ifindex != READ_ONCE(map->lower) &&
	    map_route_may_be_lower(lower))
		schedule_delayed_work(&map->lower_moved, MAP_ROUTE_MOVE_DELAY);
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
	const struct map_routes *routes = state->routes;
	struct map_route_slot *slot;
	struct dst_entry *dst;

	slot = this_cpu_ptr(routes->slots);
	slot += map_hash_ipv6(daddr, 0) & routes->mask;
	dst = map_route_slot_get(slot, state->generation, daddr);
	if (dst)
		return dst;

	dst = map_route_lookup(map, state, daddr);
	if (!dst)
		return NULL;
	map_route_slot_set(slot, state->generation, daddr, dst);
	if (map_route_is_main(state, daddr))
		map_route_lower_seen(map, state, dst->dev);
	return dst;
}

/**
 * map_route_update_pmtu - a router has said how long packets may be
 * @map: the device
 * @state: its state
 * @skb: skb->data is the IPv6 header of a packet that was too long
 * @mtu: bytes
 *
 * The exception goes to the route that the tunnel takes. ip6_update_pmtu()
 * would take one by another device, see map_route_lookup().
 *
 * Context: bottom halves off.
 */
void map_route_update_pmtu(struct map_dev *map, const struct map_state *state,
			   struct sk_buff *skb, u32 mtu)
{
	const struct ipv6hdr *ipv6h = (const struct ipv6hdr *)skb->data;
	int network = skb_network_offset(skb);
	struct dst_entry *dst;

	dst = map_route(map, state, &ipv6h->daddr);
	if (!dst)
		return;
	skb_reset_network_header(skb);
	dst->ops->update_pmtu(dst, NULL, skb, mtu, true);
	skb_set_network_header(skb, network);
	dst_release(dst);
}

/**
 * map_route_has_policies - may an IPsec policy be about packets to be sent?
 * @net: namespace of the tunnel
 *
 * Return: false where all packets leave as they are.
 */
bool map_route_has_policies(const struct net *net)
{
#ifdef CONFIG_XFRM
	return net->xfrm.policy_count[XFRM_POLICY_OUT] ||
	       net->xfrm.policy_default[XFRM_POLICY_OUT] !=
	       XFRM_USERPOLICY_ACCEPT;
#else
	return false;
#endif
}

/**
 * map_route_policy - apply the IPsec policies to one packet (RFC 4301, 5.1)
 * @net: namespace of the tunnel
 * @dst: route of the packet; the reference is consumed
 * @fl6: the packet as it will leave
 *
 * Context: bottom halves off.
 * Return: a strong reference to the route to use, or NULL where a policy
 * forbids the packet.
 */
struct dst_entry *map_route_policy(struct net *net, struct dst_entry *dst,
				   struct flowi6 *fl6)
{
	dst = xfrm_lookup(net, dst, flowi6_to_flowi(fl6), NULL, 0);
	return IS_ERR(dst) ? NULL : dst;
}

/**
 * map_route_mtu - length of the longest IPv6 packet that a route carries
 * @state: the device's state
 * @dst: the route
 *
 * A BR with an anycast address cannot rely on path MTU discovery (RFC 7597,
 * section 8.3.1). Without pmtudisc the MTU of the link counts, as IPv6 knows
 * it: less than that of the device if a router announced so.
 *
 * Return: bytes.
 */
u32 map_route_mtu(const struct map_state *state, const struct dst_entry *dst)
{
	u32 mtu;

	/* Only the route of an IPsec policy knows what IPsec adds. */
	if (state->set.pmtudisc || dst_xfrm(dst))
		mtu = dst_mtu(dst);
	else
		mtu = ip6_dst_mtu_maybe_forward(dst, true);
	return max_t(u32, mtu, IPV6_MIN_MTU);
}
