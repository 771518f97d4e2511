/* SPDX-License-Identifier: GPL-2.0 */
/* Which device owns an IPv6 address of ours. */
#ifndef _MAP_LOCAL_H
#define _MAP_LOCAL_H

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <net/net_namespace.h>

struct map_dev;

/**
 * struct map_local_key - a tunnel's end, as packets name it
 * @net: namespace of the tunnel
 * @local: own IPv6 address
 * @remote: the other end of an ipip device; unspecified for any
 */
struct map_local_key {
	possible_net_t net;
	struct in6_addr local;
	struct in6_addr remote;
};

/**
 * struct map_local - an address in the table; @key never changes
 * @key: under what it is found
 * @owner: the device that gets its packets, or NULL while the address is only
 *	reserved; RCU, changed under the RTNL
 * @node: in the table
 * @list: in the list of all entries; RTNL
 * @rcu: private
 */
struct map_local {
	struct map_local_key key;
	struct map_dev __rcu *owner;
	struct rhash_head node;
	struct list_head list;
	struct rcu_head rcu;
};

struct map_local *map_local_reserve(struct net *net,
				    const struct in6_addr *local,
				    const struct in6_addr *remote,
				    const struct map_local *own);
void map_local_release(struct map_local *entry);
bool map_local_is(const struct map_local *entry, const struct in6_addr *local,
		  const struct in6_addr *remote);
struct map_dev *map_local_find(struct net *net, const struct in6_addr *local,
			       const struct in6_addr *remote);
int map_local_init(void);
void map_local_exit(void);

#endif /* _MAP_LOCAL_H */
