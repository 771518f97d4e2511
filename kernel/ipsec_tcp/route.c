// SPDX-License-Identifier: GPL-2.0

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/spinlock.h>
#include <net/ipv6.h>
#include <net/netns/hash.h>

#include "route.h"

#define ROUTE_BITS	10

static struct hlist_head route_table[1 << ROUTE_BITS];
static DEFINE_SPINLOCK(route_lock);
static u32 route_seed __read_mostly;

static struct hlist_head *route_bucket(const struct net *net,
				       const struct in6_addr *addr,
				       __be16 port)
{
	u32 hash;

	hash = jhash2((const u32 *)addr, sizeof(*addr) / sizeof(u32),
		      route_seed ^ net_hash_mix(net) ^ (__force u32)port);
	return &route_table[hash >> (32 - ROUTE_BITS)];
}

/**
 * ipsec_tcp_route_add - catch packets from now on
 * @route: with all but its node filled in; stays the caller's
 *
 * Of two for the same port the one that came last counts.
 */
void ipsec_tcp_route_add(struct ipsec_tcp_route *route)
{
	spin_lock_bh(&route_lock);
	hlist_add_head_rcu(&route->node, route_bucket(route->net, &route->addr,
						      route->port));
	spin_unlock_bh(&route_lock);
}

/**
 * ipsec_tcp_route_del - catch no more packets
 * @route: may be out of the table already; is to be kept for a grace period
 */
void ipsec_tcp_route_del(struct ipsec_tcp_route *route)
{
	spin_lock_bh(&route_lock);
	if (!hlist_unhashed(&route->node))
		hlist_del_init_rcu(&route->node);
	spin_unlock_bh(&route_lock);
}

static bool route_is(const struct ipsec_tcp_route *route,
		     const struct net *net, const struct in6_addr *addr,
		     __be16 port)
{
	return route->port == port && net_eq(route->net, net) &&
	       ipv6_addr_equal(&route->addr, addr);
}

/**
 * ipsec_tcp_route_find - who has an address and port?
 * @net: namespace
 * @addr: remote address, IPv4 as IPv4-mapped IPv6 address
 * @port: remote UDP port, 0 for ESP without UDP
 * @ambiguous: set if there are several, for @port 0; else not touched
 *
 * Context: RCU.
 * Return: valid for as long as the caller is in its RCU section, or NULL.
 */
struct ipsec_tcp_route *ipsec_tcp_route_find(const struct net *net,
					     const struct in6_addr *addr,
					     __be16 port, bool *ambiguous)
{
	struct ipsec_tcp_route *found = NULL;
	struct ipsec_tcp_route *route;

	hlist_for_each_entry_rcu(route, route_bucket(net, addr, port), node) {
		if (!route_is(route, net, addr, port))
			continue;
		if (port)
			return route;
		if (found) {
			*ambiguous = true;
			break;
		}
		found = route;
	}
	return found;
}

/**
 * ipsec_tcp_route_init - before the first route
 */
void ipsec_tcp_route_init(void)
{
	route_seed = get_random_u32();
}
