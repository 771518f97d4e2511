// SPDX-License-Identifier: GPL-2.0
/* Connections that may receive fake TCP, by addresses and ports. */

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/spinlock.h>
#include <net/ipv6.h>
#include <net/netns/hash.h>

#include "fake.h"
#include "ipsec_tcp.h"

#define FAKE_BITS	10

static struct hlist_head ipsec_tcp_fake_table[1 << FAKE_BITS];
static DEFINE_SPINLOCK(ipsec_tcp_fake_lock);
static u32 ipsec_tcp_fake_seed __read_mostly;

/* The local address is not hashed: clients differ in remote address and port.
 */
static struct hlist_head *ipsec_tcp_fake_bucket(const struct net *net,
						const struct in6_addr *remote,
						__be16 remote_port,
						__be16 local_port)
{
	u32 ports = (__force u32)remote_port << 16 | (__force u32)local_port;
	u32 hash;

	hash = jhash2((const u32 *)remote, sizeof(*remote) / sizeof(u32),
		      ipsec_tcp_fake_seed ^ net_hash_mix(net) ^ ports);
	return &ipsec_tcp_fake_table[hash >> (32 - FAKE_BITS)];
}

/**
 * ipsec_tcp_fake_add - accept fake TCP of a connection
 * @conn: not in the table
 */
void ipsec_tcp_fake_add(struct ipsec_tcp_conn *conn)
{
	spin_lock_bh(&ipsec_tcp_fake_lock);
	hlist_add_head_rcu(&conn->fake.node,
			   ipsec_tcp_fake_bucket(conn->tn->net, &conn->remote,
						 conn->remote_port,
						 conn->local_port));
	spin_unlock_bh(&ipsec_tcp_fake_lock);
}

/**
 * ipsec_tcp_fake_del - leave all segments of a connection to TCP
 * @conn: may be out of the table; kept by the caller for a grace period
 */
void ipsec_tcp_fake_del(struct ipsec_tcp_conn *conn)
{
	spin_lock_bh(&ipsec_tcp_fake_lock);
	if (!hlist_unhashed(&conn->fake.node))
		hlist_del_init_rcu(&conn->fake.node);
	spin_unlock_bh(&ipsec_tcp_fake_lock);
	WRITE_ONCE(conn->fake.seen, false);
}

/**
 * ipsec_tcp_fake_find - look up a connection
 * @net: namespace
 * @remote: address, IPv4 as IPv4-mapped IPv6 address
 * @remote_port: port
 * @local: address, likewise
 * @local_port: port
 *
 * Context: RCU.
 * Return: a connection that is valid under RCU, or NULL.
 */
struct ipsec_tcp_conn *ipsec_tcp_fake_find(const struct net *net,
					   const struct in6_addr *remote,
					   __be16 remote_port,
					   const struct in6_addr *local,
					   __be16 local_port)
{
	struct ipsec_tcp_conn *conn;

	hlist_for_each_entry_rcu(conn,
				 ipsec_tcp_fake_bucket(net, remote, remote_port,
						       local_port),
				 fake.node) {
		if (conn->remote_port == remote_port &&
		    conn->local_port == local_port &&
		    net_eq(conn->tn->net, net) &&
		    ipv6_addr_equal(&conn->remote, remote) &&
		    ipv6_addr_equal(&conn->local, local))
			return conn;
	}
	return NULL;
}

/**
 * ipsec_tcp_fake_init - before the first connection
 */
void ipsec_tcp_fake_init(void)
{
	ipsec_tcp_fake_seed = get_random_u32();
}
