// SPDX-License-Identifier: GPL-2.0

#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "local.h"

static struct rhashtable map_locals;
static LIST_HEAD(map_locals_all);
static hsiphash_key_t map_locals_key;

/* All namespaces share the table, and root of a user namespace chooses
 * addresses. The keyed hash keeps a tenant from filling one chain for all
 * others.
 */
static u32 map_local_hash(const void *data, u32 len, u32 seed)
{
	hsiphash_key_t key = map_locals_key;

	key.key[0] ^= seed;
	return hsiphash(data, sizeof(struct map_local_key), &key);
}

static const struct rhashtable_params map_local_params = {
	.key_len = sizeof(struct map_local_key),
	.key_offset = offsetof(struct map_local, key),
	.head_offset = offsetof(struct map_local, node),
	.hashfn = map_local_hash,
	.automatic_shrinking = true,
};

/* The key has no padding, since it is compared and hashed as bytes. */
static void map_local_key_init(struct map_local_key *key, struct net *net,
			       const struct in6_addr *local,
			       const struct in6_addr *remote)
{
	BUILD_BUG_ON(sizeof(*key) != sizeof(key->net) + sizeof(key->local) +
				     sizeof(key->remote));
	write_pnet(&key->net, net);
	key->local = *local;
	key->remote = *remote;
}

/* A MAP node cannot share its address with an ipip device. Two ipip devices
 * can, if their remote addresses differ.
 */
static bool map_local_is_taken(const struct map_local_key *key,
			       const struct map_local *own)
{
	const struct map_local *other;

	list_for_each_entry(other, &map_locals_all, list) {
		const struct map_local_key *have = &other->key;

		if (other != own &&
		    net_eq(read_pnet(&have->net), read_pnet(&key->net)) &&
		    ipv6_addr_equal(&have->local, &key->local) &&
		    (ipv6_addr_any(&have->remote) ||
		     ipv6_addr_any(&key->remote) ||
		     ipv6_addr_equal(&have->remote, &key->remote)))
			return true;
	}
	return false;
}

/**
 * map_local_reserve - put an address into the table, for no device yet
 * @net: namespace of the tunnel
 * @local: its IPv6 address
 * @remote: the other end of an ipip device; unspecified for any
 * @own: the entry that the device has until now, and will release; or NULL
 *
 * Packets do not see an entry without an owner. So a caller does all that can
 * fail before it changes what packets see.
 *
 * Context: RTNL, may sleep.
 * Return: the entry, for map_local_release(); or an error pointer, -EADDRINUSE
 * when another device has the address.
 */
struct map_local *map_local_reserve(struct net *net,
				    const struct in6_addr *local,
				    const struct in6_addr *remote,
				    const struct map_local *own)
{
	struct map_local *entry;
	int err;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	map_local_key_init(&entry->key, net, local, remote);
	err = map_local_is_taken(&entry->key, own) ? -EADDRINUSE :
	      rhashtable_lookup_insert_fast(&map_locals, &entry->node,
					    map_local_params);
	if (err) {
		kfree(entry);
		return ERR_PTR(err);
	}
	list_add_tail(&entry->list, &map_locals_all);
	return entry;
}

/**
 * map_local_release - take an address out of the table
 * @entry: as map_local_reserve() returned it, or NULL
 *
 * Context: RTNL. Readers may see the owner for a grace period more.
 */
void map_local_release(struct map_local *entry)
{
	if (!entry)
		return;
	list_del(&entry->list);
	rhashtable_remove_fast(&map_locals, &entry->node, map_local_params);
	kfree_rcu(entry, rcu);
}

/**
 * map_local_is - whether an entry is the one of an address
 * @entry: the entry, or NULL
 * @local: own IPv6 address
 * @remote: the other end of an ipip device; unspecified for any
 *
 * The namespace is not compared: a tunnel never changes it.
 *
 * Return: true when it is.
 */
bool map_local_is(const struct map_local *entry, const struct in6_addr *local,
		  const struct in6_addr *remote)
{
	return entry && ipv6_addr_equal(&entry->key.local, local) &&
	       ipv6_addr_equal(&entry->key.remote, remote);
}

static struct map_dev *map_local_owner(struct net *net,
				       const struct in6_addr *local,
				       const struct in6_addr *remote)
{
	struct map_local_key key;
	struct map_local *entry;

	map_local_key_init(&key, net, local, remote);
	entry = rhashtable_lookup(&map_locals, &key, map_local_params);
	return entry ? rcu_dereference(entry->owner) : NULL;
}

/**
 * map_local_find - the device that is up and owns an address
 * @net: namespace of the tunnel
 * @local: own IPv6 address
 * @remote: the address of the other end
 *
 * A MAP node accepts any remote address: one probe. ipip devices may share a
 * local address: a second probe.
 *
 * Context: RCU.
 * Return: the device, valid under RCU, or NULL.
 */
struct map_dev *map_local_find(struct net *net, const struct in6_addr *local,
			       const struct in6_addr *remote)
{
	struct map_dev *map;

	map = map_local_owner(net, local, &in6addr_any);
	return map ?: map_local_owner(net, local, remote);
}

int map_local_init(void)
{
	get_random_bytes(&map_locals_key, sizeof(map_locals_key));
	return rhashtable_init(&map_locals, &map_local_params);
}

void map_local_exit(void)
{
	rhashtable_destroy(&map_locals);
}
