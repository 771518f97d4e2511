/* SPDX-License-Identifier: GPL-2.0 */
/* Peers: the configuration, one set a network namespace. */
#ifndef _IPSEC_TCP_PEER_H
#define _IPSEC_TCP_PEER_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <uapi/linux/ipsec_tcp.h>

#include "request.h"
#include "route.h"
#include "stats.h"

struct ipsec_tcp_conn;
struct netlink_ext_ack;

/**
 * struct ipsec_tcp_net - what a network namespace has
 * @net: the namespace
 * @lock: for changes, and for requests of user space
 * @peers: list of struct ipsec_tcp_peer, in the order of their ids
 * @peer_count: their number
 * @conns: list of all struct ipsec_tcp_conn, also of those without a peer, in
 *	the order of their ids
 * @last_conn: id of the last one that came
 * @generation: counts changes, so that a dump notices
 * @fakes: number of peers for fake TCP
 * @lost: list of struct ipsec_tcp_lost
 * @lost_count: their number
 * @lost_work: forgets them
 * @stats: counters of connections that have no peer
 */
struct ipsec_tcp_net {
	struct net *net;
	/* For all but what readers get by RCU; before a socket's lock. */
	struct mutex lock;
	struct list_head peers;
	u32 peer_count;
	struct list_head conns;
	u32 last_conn;
	u32 generation;
	u32 fakes;
	struct list_head lost;
	u32 lost_count;
	struct delayed_work lost_work;
	struct ipsec_tcp_stats __percpu *stats;
};

/**
 * struct ipsec_tcp_settings - what user space can say of a peer
 * @id: not 0
 * @role: enum ipsec_tcp_role
 * @remote: address or prefix; IPv4 as IPv4-mapped IPv6 address
 * @remote_len: bits of @remote that count: 128 for one address
 * @udp_port: UDP port of an originator's peer
 * @local_port: UDP port of the local IKE daemon
 * @queue_limit: bytes
 * @prefix_timeout: seconds
 * @proof_timeout: seconds
 * @idle_timeout: seconds, 0 for none
 * @max_connections: at a time
 * @esp: enum ipsec_tcp_esp_mode
 */
struct ipsec_tcp_settings {
	u32 id;
	u8 role;
	struct in6_addr remote;
	u8 remote_len;
	__be16 udp_port;
	__be16 local_port;
	u32 queue_limit;
	u16 prefix_timeout;
	u16 proof_timeout;
	u32 idle_timeout;
	u32 max_connections;
	u8 esp;
};

/**
 * struct ipsec_tcp_peer - a peer
 * @list: in struct ipsec_tcp_net
 * @set: settings; @local_port, the limits and @esp can change under readers
 * @ref: one for the list, one for each connection
 * @rcu: to free it
 * @active: connection that an originator sends by, or NULL
 * @conns: number of connections that have not ended
 * @unproven: number of those that have not shown whose they are
 * @dead: was deleted
 * @request: of an originator: what waits for a response
 * @routes: of an originator: UDP port, port 500, and ESP
 * @stats: counters
 */
struct ipsec_tcp_peer {
	struct list_head list;
	struct ipsec_tcp_settings set;
	refcount_t ref;
	struct rcu_head rcu;
	struct ipsec_tcp_conn __rcu *active;
	u32 conns;
	u32 unproven;
	bool dead;
	struct ipsec_tcp_request request;
	struct ipsec_tcp_route routes[3];
	struct ipsec_tcp_stats __percpu *stats;
};

/* By which connection packets that were caught leave, or NULL. Under RCU. */
static inline struct ipsec_tcp_conn *
ipsec_tcp_route_conn(const struct ipsec_tcp_route *route)
{
	if (route->peer->set.role == IPSEC_TCP_ROLE_RESPONDER)
		return route->conn;
	return rcu_dereference(route->peer->active);
}

struct ipsec_tcp_net *ipsec_tcp_net(const struct net *net);
struct ipsec_tcp_peer *ipsec_tcp_peer_find(struct ipsec_tcp_net *tn, u32 id);
struct ipsec_tcp_peer *ipsec_tcp_peer_add(struct ipsec_tcp_net *tn,
					  const struct ipsec_tcp_settings *set);
void ipsec_tcp_peer_del(struct ipsec_tcp_net *tn, struct ipsec_tcp_peer *peer);
int ipsec_tcp_peer_set_esp(struct ipsec_tcp_net *tn,
			   struct ipsec_tcp_peer *peer, u8 esp);
void ipsec_tcp_peer_put(struct ipsec_tcp_peer *peer);
bool ipsec_tcp_peer_covers(const struct ipsec_tcp_peer *peer,
			   const struct in6_addr *addr);
struct ipsec_tcp_peer *ipsec_tcp_peer_same(struct ipsec_tcp_net *tn,
					   const struct ipsec_tcp_settings *set);
int ipsec_tcp_peer_init(void);
void ipsec_tcp_peer_exit(void);

#endif /* _IPSEC_TCP_PEER_H */
