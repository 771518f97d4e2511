// SPDX-License-Identifier: GPL-2.0

#include <linux/rhashtable.h>
#include <net/ipv6.h>
#include <net/netns/hash.h>

#include "dev.h"
#include "hash.h"

static struct rhashtable map_locals;

static u32 local_hash(const void *data, u32 len, u32 seed)
{
	const struct map_local_key *key = data;

	return map_hash_ipv6(&key->local,
			     net_hash_mix(read_pnet(&key->net)) + seed +
			     map_hash_ipv6(&key->remote, 0));
}

static int local_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct map_local_key *key = arg->key;
	const struct map_local_key *have;
	const struct map_dev *map = obj;

	have = &map->local.key;
	return !(ipv6_addr_equal(&key->local, &have->local) &&
		 ipv6_addr_equal(&key->remote, &have->remote) &&
		 net_eq(read_pnet(&key->net), read_pnet(&have->net)));
}

static const struct rhashtable_params map_local_params = {
	.key_len = sizeof(struct map_local_key),
	.key_offset = offsetof(struct map_dev, local.key),
	.head_offset = offsetof(struct map_dev, local.node),
	.hashfn = local_hash,
	.obj_cmpfn = local_cmp,
	.automatic_shrinking = true,
};

static void local_key_init(struct map_local_key *key, struct net *net,
			   const struct in6_addr *local,
			   const struct in6_addr *remote)
{
	BUILD_BUG_ON(sizeof(*key) != sizeof(key->net) + sizeof(key->local) +
				     sizeof(key->remote));
	write_pnet(&key->net, net);
	key->local = *local;
	key->remote = *remote;
}

static int local_link(struct map_dev *map, const struct map_local_key *key)
{
	int err;

	map->local.key = *key;
	err = rhashtable_lookup_insert_fast(&map_locals, &map->local.node,
					    map_local_params);
	map->local.linked = !err;
	return err;
}

/**
 * map_local_move - let packets to an address, and no other, find a device
 * @map: the device
 * @local: its IPv6 address
 * @remote: the other end of an ipip device; unspecified for any
 *
 * Context: RTNL.
 * Return: 0, -EEXIST when another device has the address, -ENOMEM; then the
 * device keeps the address that it had.
 */
int map_local_move(struct map_dev *map, const struct in6_addr *local,
		   const struct in6_addr *remote)
{
	struct map_local_key old = map->local.key;
	bool linked = map->local.linked;
	struct map_local_key key;
	int err;

	local_key_init(&key, map->net, local, remote);
	if (linked && !memcmp(&key, &old, sizeof(key)))
		return 0;
	map_local_del(map);
	err = local_link(map, &key);
	if (err && linked)
		local_link(map, &old);
	return err;
}

/**
 * map_local_del - let no more packets find a device
 * @map: the device; nothing happens when it is not in the table
 *
 * Context: RTNL. Readers may see the device for a grace period more.
 */
void map_local_del(struct map_dev *map)
{
	if (!map->local.linked)
		return;
	rhashtable_remove_fast(&map_locals, &map->local.node, map_local_params);
	map->local.linked = false;
}

static struct map_dev *local_lookup(struct net *net,
				    const struct in6_addr *local,
				    const struct in6_addr *remote)
{
	struct map_local_key key;

	local_key_init(&key, net, local, remote);
	return rhashtable_lookup(&map_locals, &key, map_local_params);
}

/**
 * map_local_find - the device that owns an address
 * @net: namespace of the tunnel
 * @local: own IPv6 address
 * @remote: the address of the other end
 *
 * One probe for a MAP node, which takes any other end; a second one for ipip
 * devices, many of which may share an address.
 *
 * Context: RCU.
 * Return: the device, valid under RCU, or NULL.
 */
struct map_dev *map_local_find(struct net *net, const struct in6_addr *local,
			       const struct in6_addr *remote)
{
	struct map_dev *map;

	map = local_lookup(net, local, &in6addr_any);
	return map ?: local_lookup(net, local, remote);
}

int map_local_init(void)
{
	return rhashtable_init(&map_locals, &map_local_params);
}

void map_local_exit(void)
{
	rhashtable_destroy(&map_locals);
}
