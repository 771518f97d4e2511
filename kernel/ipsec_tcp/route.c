// SPDX-License-Identifier: GPL-2.0

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/spinlock.h>
#include <net/ipv6.h>
#include <net/netns/hash.h>

#include "route.h"

#define ROUTE_BITS	10

/* Ports that a connection can get, and the number of attempts to find a free
 * one.
 */
#define ROUTE_PORT_MIN	1024
#define ROUTE_PORTS	(65536 - ROUTE_PORT_MIN)
#define ROUTE_TRIES	64

static struct hlist_head ipsec_tcp_route_table[1 << ROUTE_BITS];
static DEFINE_SPINLOCK(ipsec_tcp_route_lock);
static u32 ipsec_tcp_route_seed __read_mostly;

static struct hlist_head *
ipsec_tcp_route_bucket(const struct ipsec_tcp_path *path)
{
	u32 hash;

	hash = jhash2((const u32 *)&path->remote,
		      sizeof(path->remote) / sizeof(u32),
		      ipsec_tcp_route_seed ^ net_hash_mix(path->net) ^
			      (__force u32)path->port);
	return &ipsec_tcp_route_table[hash >> (32 - ROUTE_BITS)];
}

static bool ipsec_tcp_route_is_to(const struct ipsec_tcp_path *have,
				  const struct ipsec_tcp_path *path)
{
	return have->port == path->port && net_eq(have->net, path->net) &&
	       ipv6_addr_equal(&have->remote, &path->remote);
}

static bool ipsec_tcp_route_is(const struct ipsec_tcp_path *have,
			       const struct ipsec_tcp_path *path)
{
	return ipsec_tcp_route_is_to(have, path) &&
	       (ipv6_addr_any(&have->local) ||
		ipv6_addr_equal(&have->local, &path->local)) &&
	       (have->scope == IPSEC_TCP_ANY_SCOPE ||
		path->scope == IPSEC_TCP_ANY_SCOPE ||
		have->scope == path->scope);
}

static void ipsec_tcp_route_link(struct ipsec_tcp_route *route)
{
	lockdep_assert_held(&ipsec_tcp_route_lock);
	hlist_add_head_rcu(&route->node, ipsec_tcp_route_bucket(&route->path));
}

/**
 * ipsec_tcp_route_add - catch packets of a path
 * @route: with all fields but @node set; still owned by the caller
 *
 * Of two routes for a path the newer one is found first.
 */
void ipsec_tcp_route_add(struct ipsec_tcp_route *route)
{
	spin_lock_bh(&ipsec_tcp_route_lock);
	ipsec_tcp_route_link(route);
	spin_unlock_bh(&ipsec_tcp_route_lock);
}

/* Local address and scope do not count: the IKE daemon does not see them all.
 */
static bool ipsec_tcp_route_port_is_free(const struct ipsec_tcp_path *path)
{
	const struct ipsec_tcp_route *route;

	if (path->port == htons(IPSEC_TCP_UDP_NATT))
		return false;
	hlist_for_each_entry(route, ipsec_tcp_route_bucket(path), node) {
		if (ipsec_tcp_route_is_to(&route->path, path))
			return false;
	}
	return true;
}

static int ipsec_tcp_route_draw_port(struct ipsec_tcp_path *path)
{
	int i;

	lockdep_assert_held(&ipsec_tcp_route_lock);
	for (i = 0; i < ROUTE_TRIES; i++) {
		u32 port = reciprocal_scale(get_random_u32(), ROUTE_PORTS);

		WRITE_ONCE(path->port, htons(ROUTE_PORT_MIN + port));
		if (ipsec_tcp_route_port_is_free(path))
			return 0;
	}
	return -EADDRINUSE;
}

/**
 * ipsec_tcp_route_add_port - catch packets to an unused port
 * @route: with all fields but @node and the port set; still owned by the caller
 *
 * The port is random. A NAT assigns UDP and TCP ports independently, and a
 * client chooses its TCP port: the UDP port of the same number may be another
 * client's.
 *
 * Return: 0, or -EADDRINUSE if (nearly) all ports of the address are in use.
 */
int ipsec_tcp_route_add_port(struct ipsec_tcp_route *route)
{
	int err;

	spin_lock_bh(&ipsec_tcp_route_lock);
	err = ipsec_tcp_route_draw_port(&route->path);
	if (!err)
		ipsec_tcp_route_link(route);
	spin_unlock_bh(&ipsec_tcp_route_lock);
	return err;
}

/**
 * ipsec_tcp_route_move - replace the port of a route
 * @route: of ipsec_tcp_route_add_port(); may be out of the table
 *
 * A reader in the old bucket may continue in the new one and miss its route.
 * Its packet then leaves by UDP, as it would after the move.
 */
void ipsec_tcp_route_move(struct ipsec_tcp_route *route)
{
	struct ipsec_tcp_path path;

	spin_lock_bh(&ipsec_tcp_route_lock);
	path = route->path;
	if (!hlist_unhashed(&route->node) &&
	    !ipsec_tcp_route_draw_port(&path)) {
		hlist_del_rcu(&route->node);
		WRITE_ONCE(route->path.port, path.port);
		ipsec_tcp_route_link(route);
	}
	spin_unlock_bh(&ipsec_tcp_route_lock);
}

/**
 * ipsec_tcp_route_del - stop catching packets
 * @route: may be out of the table; kept by the caller for a grace period
 */
void ipsec_tcp_route_del(struct ipsec_tcp_route *route)
{
	spin_lock_bh(&ipsec_tcp_route_lock);
	if (!hlist_unhashed(&route->node))
		hlist_del_init_rcu(&route->node);
	spin_unlock_bh(&ipsec_tcp_route_lock);
}

/**
 * ipsec_tcp_route_find - look up a path
 * @path: of a packet
 * @after: the previous result, to get the next one; or NULL
 *
 * Context: RCU.
 * Return: a route that is valid under RCU, or NULL.
 */
struct ipsec_tcp_route *
ipsec_tcp_route_find(const struct ipsec_tcp_path *path,
		     const struct ipsec_tcp_route *after)
{
	struct hlist_head *bucket = ipsec_tcp_route_bucket(path);
	struct ipsec_tcp_route *route;
	struct hlist_node *node;

	node = after ? rcu_dereference_raw(hlist_next_rcu(&after->node)) :
		       rcu_dereference_raw(hlist_first_rcu(bucket));
	for (; node; node = rcu_dereference_raw(hlist_next_rcu(node))) {
		route = hlist_entry(node, struct ipsec_tcp_route, node);
		if (ipsec_tcp_route_is(&route->path, path))
			return route;
	}
	return NULL;
}

/**
 * ipsec_tcp_route_init - before the first route
 */
void ipsec_tcp_route_init(void)
{
	ipsec_tcp_route_seed = get_random_u32();
}
