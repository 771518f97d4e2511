// SPDX-License-Identifier: GPL-2.0

#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/netns/generic.h>

#include "ipsec_tcp.h"
#include "lost.h"
#include "peer.h"
#include "request.h"
#include "route.h"
#include "stats.h"

/* In a namespace: peers take memory, and entries in tables that all namespaces
 * share.
 */
#define PEER_MAX	4096

unsigned int ipsec_tcp_net_id __read_mostly;

/**
 * ipsec_tcp_net - the data of a network namespace
 * @net: namespace
 *
 * Return: valid for as long as the namespace.
 */
struct ipsec_tcp_net *ipsec_tcp_net(const struct net *net)
{
	return net_generic(net, ipsec_tcp_net_id);
}

/**
 * ipsec_tcp_peer_find - look up a peer
 * @tn: namespace, locked
 * @id: of the peer
 *
 * Return: a borrowed reference, or NULL.
 */
struct ipsec_tcp_peer *ipsec_tcp_peer_find(struct ipsec_tcp_net *tn, u32 id)
{
	struct ipsec_tcp_peer *peer;

	lockdep_assert_held(&tn->lock);
	list_for_each_entry(peer, &tn->peers, list) {
		if (peer->set.id == id)
			return peer;
	}
	return NULL;
}

/**
 * ipsec_tcp_peer_same - find a peer that would get the same packets
 * @tn: namespace, locked
 * @set: settings of a new peer
 *
 * Peers of responders may overlap: the owner of a socket says which peer it
 * belongs to. An address may have several peers of originators with different
 * UDP ports: IKE SAs do not share a connection (RFC 9329, section 6.1).
 *
 * Return: a borrowed reference, or NULL.
 */
struct ipsec_tcp_peer *ipsec_tcp_peer_same(struct ipsec_tcp_net *tn,
					   const struct ipsec_tcp_settings *set)
{
	struct ipsec_tcp_peer *peer;

	if (set->role != IPSEC_TCP_ROLE_ORIGINATOR)
		return NULL;
	list_for_each_entry(peer, &tn->peers, list) {
		if (peer->set.role == IPSEC_TCP_ROLE_ORIGINATOR &&
		    peer->set.udp_port == set->udp_port &&
		    ipv6_addr_equal(&peer->set.remote, &set->remote))
			return peer;
	}
	return NULL;
}

/**
 * ipsec_tcp_peer_covers - is an address within the prefix of a peer?
 * @peer: the peer
 * @addr: IPv4 as IPv4-mapped IPv6 address
 */
bool ipsec_tcp_peer_covers(const struct ipsec_tcp_peer *peer,
			   const struct in6_addr *addr)
{
	return ipv6_prefix_equal(&peer->set.remote, addr,
				 peer->set.remote_len) &&
	       ipv6_addr_v4mapped(&peer->set.remote) ==
	       ipv6_addr_v4mapped(addr);
}

/* Port 0 stands for ESP without UDP. */
static void ipsec_tcp_peer_add_routes(struct ipsec_tcp_net *tn,
				      struct ipsec_tcp_peer *peer)
{
	const __be16 ports[] = {
		peer->set.udp_port, htons(IPSEC_TCP_UDP_IKE), 0,
	};
	struct ipsec_tcp_route *route;
	int i;

	BUILD_BUG_ON(ARRAY_SIZE(ports) != ARRAY_SIZE(peer->routes));

	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		route = &peer->routes[i];
		route->path.net = tn->net;
		route->path.remote = peer->set.remote;
		route->path.port = ports[i];
		route->path.scope = IPSEC_TCP_ANY_SCOPE;
		route->peer = peer;
		ipsec_tcp_route_add(route);
	}
}

static void ipsec_tcp_peer_list(struct ipsec_tcp_net *tn,
				struct ipsec_tcp_peer *peer)
{
	struct list_head *at;

	list_for_each_prev(at, &tn->peers) {
		if (list_entry(at, struct ipsec_tcp_peer, list)->set.id <
		    peer->set.id)
			break;
	}
	list_add(&peer->list, at);
	tn->peer_count++;
	tn->generation++;
}

/**
 * ipsec_tcp_peer_add - add a peer, and catch packets for it
 * @tn: namespace, locked
 * @set: checked settings; the id is not taken
 *
 * Return: a borrowed reference, or an error.
 */
struct ipsec_tcp_peer *ipsec_tcp_peer_add(struct ipsec_tcp_net *tn,
					  const struct ipsec_tcp_settings *set)
{
	struct ipsec_tcp_peer *peer;

	lockdep_assert_held(&tn->lock);
	if (tn->peer_count >= PEER_MAX)
		return ERR_PTR(-ENOSPC);
	peer = kzalloc(sizeof(*peer), GFP_KERNEL_ACCOUNT);
	if (!peer)
		return ERR_PTR(-ENOMEM);
	peer->stats = ipsec_tcp_stats_alloc();
	if (!peer->stats) {
		kfree(peer);
		return ERR_PTR(-ENOMEM);
	}
	peer->set = *set;
	refcount_set(&peer->ref, 1);
	ipsec_tcp_request_init(&peer->request);
	ipsec_tcp_peer_list(tn, peer);
	if (set->role == IPSEC_TCP_ROLE_ORIGINATOR)
		ipsec_tcp_peer_add_routes(tn, peer);
	return peer;
}

/**
 * ipsec_tcp_peer_del - delete a peer, and stop catching packets
 * @tn: namespace, locked
 * @peer: the caller drops the reference of the list
 */
void ipsec_tcp_peer_del(struct ipsec_tcp_net *tn, struct ipsec_tcp_peer *peer)
{
	int i;

	lockdep_assert_held(&tn->lock);
	peer->dead = true;
	for (i = 0; i < ARRAY_SIZE(peer->routes); i++)
		ipsec_tcp_route_del(&peer->routes[i]);
	ipsec_tcp_lost_forget(tn, peer);
	list_del(&peer->list);
	tn->peer_count--;
	tn->generation++;
}

static void ipsec_tcp_peer_free(struct rcu_head *rcu)
{
	struct ipsec_tcp_peer *peer;

	peer = container_of(rcu, struct ipsec_tcp_peer, rcu);
	ipsec_tcp_request_forget(&peer->request);
	free_percpu(peer->stats);
	kfree(peer);
}

/**
 * ipsec_tcp_peer_put - drop a reference
 * @peer: or NULL
 */
void ipsec_tcp_peer_put(struct ipsec_tcp_peer *peer)
{
	if (peer && refcount_dec_and_test(&peer->ref))
		call_rcu(&peer->rcu, ipsec_tcp_peer_free);
}
