// SPDX-License-Identifier: GPL-2.0
/* Source NAT into the port set of a CE (RFC 7597, section 9).
 *
 * One function in the chain of nf_nat's POSTROUTING hook decides about the
 * first packet of each connection that leaves by a map device. It only picks
 * the port: conntrack keeps the binding, nf_nat rewrites packets and undoes
 * that for replies, and nft, iptables and conntrack(8) see it all.
 *
 * A source has the same outer port for all of its destinations (RFC 4787,
 * REQ-1), and no other source has that port (REQ-3), as long as there are
 * unused ones. When there are none left, ports are shared: a port is free or
 * taken for one destination, so the same port serves many destinations at once,
 * for different sources. Where a search begins depends on the source alone.
 */

#include <linux/gcd.h>
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/rtnetlink.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/icmp.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/netfilter/nf_nat.h>
#include <net/netns/generic.h>

#include "check.h"
#include "debug.h"
#include "encap.h"
#include "map.h"
#include "reserve.h"
#include "snat.h"
#include "stats.h"

/* Ports tried before closed TCP connections have to make room. */
#define MAP_SNAT_POLITE 128

/* Source NAT from a whole address leaves the system ports alone. */
#define MAP_SNAT_FIRST_PORT 1024

/* A set that is full is searched again when it is likely to be worth it: the
 * larger it is, the later.
 */
#define MAP_SNAT_PROBES_PER_MSEC 100

#define MAP_SNAT_FULL_SLOTS 512

/* What is remembered of a device and a protocol, besides destinations. */
#define MAP_SNAT_ALL_USED	1
#define MAP_SNAT_ALL_RESERVED	2

/* Ports that a new connection looks at for its source's own port, and again for
 * an unused one, before it shares one.
 */
#define MAP_SNAT_HINTS 256

/* TCP, UDP, ICMP, and all others together. */
#define MAP_SNAT_USE_TABLES 4

/* Several ports of a larger set share a slot. */
#define MAP_SNAT_USE_SLOTS 2048

/**
 * struct map_snat_slot - who took a port last
 * @owner: the endpoint behind the NAT, as a hash; 0 for none
 * @remote: address and port of the other end, 32 and 16 bits in network byte
 *	order, and in the last 16 bits the port
 */
struct map_snat_slot {
	u64 owner;
	u64 remote;
};

/**
 * struct map_snat_use - who took the ports of a device last
 * @rcu: readers may be in it
 * @size: number of slots in a table
 * @slots: MAP_SNAT_USE_TABLES tables; the index is that of the port in the set
 *
 * conntrack has no index by port, so this says where to look. It is a hint: of
 * the connections that share a port the last is known, and whether that still
 * exists is asked of conntrack.
 */
struct map_snat_use {
	struct rcu_head rcu;
	u32 size;
	struct map_snat_slot slots[];
};

/**
 * struct map_snat_claim - address and ports that a CE has, or had
 * @node: in the list of those that are held or of those that were given up;
 *	linked to itself while it is in none
 * @ce: the address and the ports
 */
struct map_snat_claim {
	struct list_head node;
	struct map_ce ce;
};

/**
 * struct map_snat_net - what a namespace has
 * @users: number of CE devices that translate; RTNL
 * @net: the namespace
 * @lock: protects the lists; taken within conntrack's locks
 * @held: claims of the devices that are in the namespace
 * @lost: claims that were given up, for @forget
 * @forget: ends the connections of these
 */
struct map_snat_net {
	unsigned int users;
	struct net *net;
	spinlock_t lock;	/* of the lists */
	struct list_head held;
	struct list_head lost;
	struct work_struct forget;
};

/**
 * struct map_snat_request - a connection in search of a source
 * @map: the device that it leaves by
 * @ct: its conntrack entry, not confirmed yet
 * @tuple: how it would leave, but for its source port
 * @set: where the port may come from
 * @reserve: where not, or NULL
 * @port: the source port that it has now
 * @own: its source address is the one of the CE already
 * @owner: the endpoint that it is from, as a hash
 * @use: who has which port, or NULL
 * @usable: the search has met a port that is not reserved
 */
struct map_snat_request {
	struct map_dev *map;
	struct nf_conn *ct;
	struct nf_conntrack_tuple tuple;
	const struct map_port_set *set;
	const struct map_reserve *reserve;
	u16 port;
	bool own;
	u64 owner;
	struct map_snat_use *use;
	bool usable;
};

static unsigned int map_snat_net_id;
static DEFINE_RATELIMIT_STATE(map_snat_log, DEFAULT_RATELIMIT_INTERVAL, 1);
static siphash_aligned_key_t map_snat_key;

/* Destinations for which all ports were taken a moment ago, so that a flood of
 * new connections to them does not cost a search each; and devices with no port
 * that is not in use, or not reserved. A slot has 32 bits of the hash of what
 * it is about, and the time in jiffies until when to believe it.
 */
static atomic64_t map_snat_full[MAP_SNAT_FULL_SLOTS];

static bool map_snat_has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_ICMP:
		return true;
	case IPPROTO_UDPLITE:
		return IS_ENABLED(CONFIG_NF_CT_PROTO_UDPLITE);
	case IPPROTO_SCTP:
		return IS_ENABLED(CONFIG_NF_CT_PROTO_SCTP);
	case IPPROTO_DCCP:
		return IS_ENABLED(CONFIG_NF_CT_PROTO_DCCP);
	default:
		return false;
	}
}

static bool map_snat_reserved(const struct map_reserve *reserve, u16 port)
{
	return reserve && test_bit(port, reserve->bits);
}

/* Port 0 is invalid; ICMP identifier 0 is not. */
static bool map_snat_number(const struct map_port_set *set, u8 proto, u16 port)
{
	if (proto == IPPROTO_ICMP)
		return true;
	return port >= (set->len ? 1 : MAP_SNAT_FIRST_PORT);
}

/* May the search give out this port of the set? */
static bool map_snat_usable(const struct map_port_set *set,
			    const struct map_reserve *reserve, u8 proto,
			    u16 port)
{
	return !map_snat_reserved(reserve, port) &&
	       map_snat_number(set, proto, port);
}

/* Where a conntrack entry's packets come from once they have left: address
 * and port (or ICMP identifier) of the result's src.
 */
static bool map_snat_outer(const struct nf_conn *ct,
			   struct nf_conntrack_tuple *outer)
{
	return nf_ct_invert_tuple(outer,
				  &ct->tuplehash[IP_CT_DIR_REPLY].tuple);
}

static bool map_snat_reply(struct map_snat_request *req, u16 port,
			   struct nf_conntrack_tuple *reply)
{
	req->tuple.src.u.all = htons(port);
	return nf_ct_invert_tuple(reply, &req->tuple);
}

/* As nf_nat decides on newer kernels: the other end has seen the old connection
 * end, and accepts a SYN with a higher sequence number. Late replies of the old
 * connection are invalid for the new one.
 */
static bool map_snat_outlived(const struct nf_conn *old,
			      const struct nf_conn *new)
{
	unsigned long status = READ_ONCE(old->status);
	u8 state = READ_ONCE(old->proto.tcp.state);

	if (state != TCP_CONNTRACK_TIME_WAIT && state != TCP_CONNTRACK_CLOSE)
		return false;
	if (!(status & IPS_SRC_NAT) ||
	    status & (IPS_FIXED_TIMEOUT | IPS_DYING | IPS_OFFLOAD |
		      IPS_HW_OFFLOAD))
		return false;
	return (s32)(new->proto.tcp.seen[0].td_end -
		     old->proto.tcp.seen[0].td_end) > 0;
}

/* Forget the closed connection that holds a port. */
static bool map_snat_reclaim(const struct map_snat_request *req,
			     const struct nf_conntrack_tuple *reply)
{
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conn *old;
	bool gone = false;

	hash = nf_conntrack_find_get(nf_ct_net(req->ct), nf_ct_zone(req->ct),
				     reply);
	if (!hash)
		return true;

	old = nf_ct_tuplehash_to_ctrack(hash);
	if (NF_CT_DIRECTION(hash) == IP_CT_DIR_REPLY &&
	    map_snat_outlived(old, req->ct))
		gone = nf_ct_kill(old);
	nf_ct_put(old);
	return gone;
}

static bool map_snat_free(struct map_snat_request *req, u16 port, bool reclaim)
{
	struct nf_conntrack_tuple reply;

	if (!map_snat_reply(req, port, &reply))
		return false;
	if (!nf_conntrack_tuple_taken(&reply, req->ct))
		return true;
	return reclaim && map_snat_reclaim(req, &reply);
}

/* Own servers of the CE send from the ports that are reserved for them. */
static bool map_snat_keeps(struct map_snat_request *req)
{
	u8 proto = req->tuple.dst.protonum;

	if (!map_port_set_has(req->set, req->port) ||
	    (!req->port && proto != IPPROTO_ICMP))
		return false;
	if (map_snat_reserved(req->reserve, req->port) && !req->own)
		return false;
	return map_snat_free(req, req->port, false);
}

static bool map_snat_can_reclaim(const struct map_snat_request *req)
{
	return req->tuple.dst.protonum == IPPROTO_TCP &&
	       READ_ONCE(req->ct->proto.tcp.state) == TCP_CONNTRACK_SYN_SENT;
}

/* The endpoint behind the NAT as a hash, never 0: 0 marks a port that no
 * endpoint has taken.
 */
static u64 map_snat_owner(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *inner;

	inner = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	return siphash_2u32((__force u32)inner->src.u3.ip,
			    (u32)inner->dst.protonum << 16 |
			    (__force u16)inner->src.u.all, &map_snat_key) | 1;
}

/* ---- what was searched in vain ---- */

static u64 map_snat_dest_hash(const struct map_snat_request *req)
{
	const struct nf_conntrack_tuple *t = &req->tuple;
	const struct net_device *dev = req->map->dev;

	return siphash_4u32(net_hash_mix(dev_net(dev)), dev->ifindex,
			    (__force u32)t->dst.u3.ip,
			    (u32)t->dst.protonum << 16 |
			    (__force u16)t->dst.u.all, &map_snat_key);
}

/* Of a device and a protocol, towards all destinations. */
static u64 map_snat_device_hash(const struct map_snat_request *req, u32 what)
{
	const struct net_device *dev = req->map->dev;

	return siphash_3u32(net_hash_mix(dev_net(dev)), dev->ifindex,
			    what << 8 | req->tuple.dst.protonum,
			    &map_snat_key);
}

static atomic64_t *map_snat_full_slot(u64 hash)
{
	return &map_snat_full[lower_32_bits(hash) % MAP_SNAT_FULL_SLOTS];
}

static bool map_snat_remembers(u64 hash)
{
	u64 slot = atomic64_read(map_snat_full_slot(hash));

	return upper_32_bits(slot) == upper_32_bits(hash) &&
	       time_before32((u32)jiffies, lower_32_bits(slot));
}

/* Short enough not to be noticed, and long compared with a search. */
static void map_snat_remember(u64 hash, u32 probes)
{
	u32 msecs = probes / MAP_SNAT_PROBES_PER_MSEC;
	u32 until = jiffies + 1 + msecs_to_jiffies(msecs);

	atomic64_set(map_snat_full_slot(hash),
		     (u64)upper_32_bits(hash) << 32 | until);
}

/* ---- order ---- */

/* A step that visits each port of the set once. Taken ports are often
 * neighbours, so the step is as random as the start.
 */
static u32 map_snat_step(u32 random, u32 size)
{
	u32 step = 1 + reciprocal_scale(random, size);

	while (gcd(step, size) != 1)
		step++;
	return step % size;
}

/* The ports of the set in the order that a source prefers. */
struct map_snat_walk {
	u32 first;
	u32 size;
	u32 step;
	u32 n;
};

static void map_snat_walk_start(struct map_snat_walk *walk, u64 hash,
				u32 first, u32 size)
{
	walk->first = first;
	walk->size = size;
	walk->step = map_snat_step(lower_32_bits(hash), size);
	walk->n = reciprocal_scale(upper_32_bits(hash), size);
}

/* The next index in the set. */
static u32 map_snat_walk_next(struct map_snat_walk *walk)
{
	u32 n = walk->n;

	walk->n += walk->step;
	if (walk->n >= walk->size)
		walk->n -= walk->size;
	return walk->first + n;
}

/* System ports come last (RFC 6056, section 3.2): filters drop packets from the
 * ports of services (19, 53, 123 and others). A set has some only if the PSID
 * offset is 0. An ICMP identifier is no port.
 */
static u32 map_snat_system_ports(const struct map_snat_request *req)
{
	if (req->tuple.dst.protonum == IPPROTO_ICMP)
		return 0;
	return map_port_set_below(req->set, MAP_SNAT_FIRST_PORT);
}

/* ---- who has which port ---- */

static unsigned int map_snat_use_table(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 0;
	case IPPROTO_UDP:
		return 1;
	case IPPROTO_ICMP:
		return 2;
	default:
		return 3;
	}
}

static struct map_snat_slot *
map_snat_slot(const struct map_snat_request *req, u32 n)
{
	struct map_snat_use *use = req->use;

	return &use->slots[map_snat_use_table(req->tuple.dst.protonum) *
			   use->size + n % use->size];
}

static u64 map_snat_remote(const struct map_snat_request *req, u16 port)
{
	const struct nf_conntrack_tuple *t = &req->tuple;

	return (u64)(__force u32)t->dst.u3.ip << 32 |
	       (u32)(__force u16)t->dst.u.all << 16 | port;
}

/* Does the connection that took a port last still exist? */
static bool map_snat_in_use(const struct map_snat_request *req, u32 n,
			    u16 port)
{
	u64 remote = READ_ONCE(map_snat_slot(req, n)->remote);
	struct nf_conntrack_tuple last = req->tuple, reply;

	if (!remote || (u16)remote != port)
		return false;
	last.src.u.all = htons(port);
	last.dst.u3.ip = (__force __be32)(u32)(remote >> 32);
	last.dst.u.all = (__force __be16)(u16)(remote >> 16);
	return nf_ct_invert_tuple(&reply, &last) &&
	       nf_conntrack_tuple_taken(&reply, req->ct);
}

static bool map_snat_is_mine(const struct map_snat_request *req, u32 n,
			     u16 port)
{
	const struct map_snat_slot *slot = map_snat_slot(req, n);

	return READ_ONCE(slot->owner) == req->owner &&
	       (u16)READ_ONCE(slot->remote) == port;
}

static void map_snat_take(const struct map_snat_request *req, u16 port)
{
	struct map_snat_slot *slot;

	if (!req->use || !map_port_set_has(req->set, port))
		return;
	slot = map_snat_slot(req, map_port_set_index(req->set, port));
	WRITE_ONCE(slot->owner, req->owner);
	WRITE_ONCE(slot->remote, map_snat_remote(req, port));
}

/* ---- the search ---- */

static bool map_snat_may_give(struct map_snat_request *req, u16 port)
{
	return map_snat_usable(req->set, req->reserve,
			       req->tuple.dst.protonum, port);
}

/* The port that a source has towards others already (RFC 4787, REQ-1). */
static bool map_snat_find_mine(struct map_snat_request *req, u32 first,
			       u32 size, u16 *port)
{
	u32 tries = min_t(u32, size, MAP_SNAT_HINTS);
	struct map_snat_walk walk;
	u32 i, n;

	if (!size)
		return false;
	map_snat_walk_start(&walk, req->owner, first, size);
	for (i = 0; i < tries; i++) {
		n = map_snat_walk_next(&walk);
		if (READ_ONCE(map_snat_slot(req, n)->owner) != req->owner)
			continue;
		*port = map_port_set_nth(req->set, n);
		if (map_snat_is_mine(req, n, *port) &&
		    map_snat_may_give(req, *port) &&
		    map_snat_free(req, *port, false))
			return true;
	}
	return false;
}

/* As above, unless the port is the own port of the source: otherwise
 * map_snat_keep() would change it.
 */
static bool map_snat_has_other(struct map_snat_request *req, u16 *port)
{
	const struct map_port_set *set = req->set;
	u32 system = map_snat_system_ports(req);
	u32 size = map_port_set_size(set);

	if (req->own || !req->use)
		return false;
	if (map_port_set_has(set, req->port) &&
	    map_snat_is_mine(req, map_port_set_index(set, req->port),
			     req->port))
		return false;
	return map_snat_find_mine(req, system, size - system, port) ||
	       map_snat_find_mine(req, 0, system, port);
}

/* A port that no other source has for any destination (RFC 4787, REQ-3). */
static bool map_snat_find_unused(struct map_snat_request *req, u32 first,
				 u32 size, u16 *port)
{
	u32 tries = min_t(u32, size, MAP_SNAT_HINTS);
	struct map_snat_walk walk;
	u32 i, n;

	if (map_snat_remembers(map_snat_device_hash(req, MAP_SNAT_ALL_USED)))
		return false;
	map_snat_walk_start(&walk, req->owner, first, size);
	for (i = 0; i < tries; i++) {
		n = map_snat_walk_next(&walk);
		*port = map_port_set_nth(req->set, n);
		if (map_snat_may_give(req, *port) &&
		    !map_snat_in_use(req, n, *port) &&
		    map_snat_free(req, *port, false))
			return true;
	}
	map_snat_remember(map_snat_device_hash(req, MAP_SNAT_ALL_USED), tries);
	return false;
}

/* Tries each port of a range: at worst that is a look-up in conntrack's table
 * for each, some milliseconds for the largest sets. TCP goes on to the ports
 * that it began with, this time to reclaim.
 */
static bool map_snat_find_free(struct map_snat_request *req, u32 first,
			       u32 size, u16 *port)
{
	u32 polite = min_t(u32, size, MAP_SNAT_POLITE);
	bool reclaim = map_snat_can_reclaim(req);
	u32 tries = size + (reclaim ? polite : 0);
	struct map_snat_walk walk;
	u32 i;

	map_snat_walk_start(&walk, req->owner, first, size);
	for (i = 0; i < tries; i++) {
		*port = map_port_set_nth(req->set, map_snat_walk_next(&walk));
		if (!map_snat_may_give(req, *port))
			continue;
		req->usable = true;
		if (map_snat_free(req, *port, reclaim && i >= polite))
			return true;
	}
	return false;
}

static bool map_snat_search_range(struct map_snat_request *req, u32 first,
				  u32 size, u16 *port)
{
	if (!size)
		return false;
	if (req->use && map_snat_find_unused(req, first, size, port))
		return true;
	return map_snat_find_free(req, first, size, port);
}

static bool map_snat_search(struct map_snat_request *req, u16 *port)
{
	u32 size = map_port_set_size(req->set);
	u32 system = map_snat_system_ports(req);

	return map_snat_search_range(req, system, size - system, port) ||
	       map_snat_search_range(req, 0, system, port);
}

/* The present source port, if it is one of the set. A socket of the CE has no
 * other. A host on the LAN gives way to the owner of the port.
 */
static bool map_snat_keep(struct map_snat_request *req)
{
	u32 n;

	if (!map_snat_keeps(req))
		return false;
	if (req->own || !req->use)
		return true;
	n = map_port_set_index(req->set, req->port);
	return map_snat_is_mine(req, n, req->port) ||
	       !map_snat_in_use(req, n, req->port);
}

static bool map_snat_choose(struct map_snat_request *req, u16 *port)
{
	u64 nothing = map_snat_device_hash(req, MAP_SNAT_ALL_RESERVED);
	u64 full = map_snat_dest_hash(req);

	if (map_snat_has_other(req, port))
		return true;
	*port = req->port;
	if (map_snat_keep(req))
		return true;
	if (map_snat_remembers(nothing) || map_snat_remembers(full))
		return false;
	if (map_snat_search(req, port))
		return true;
	map_snat_remember(req->usable ? full : nothing,
			  map_port_set_size(req->set));
	return false;
}

static unsigned int map_snat_failed(struct map_snat_request *req)
{
	map_stats_count(req->map, MAP_A_STATS_SNAT_FAILED);
	return NF_DROP;
}

/* A connection whose route moves to another device must start again there, with
 * the source of that device. nf_nat ends it at its next packet, as it does for
 * masquerade, if it has stored the index.
 */
static void map_snat_bind_to_device(struct map_snat_request *req)
{
#if IS_ENABLED(CONFIG_NF_NAT_MASQUERADE)
	struct nf_conn_nat *nat = nf_ct_nat_ext_add(req->ct);

	if (nat)
		nat->masq_index = req->map->dev->ifindex;
#endif
}

static unsigned int map_snat_bound(struct map_snat_request *req)
{
	map_snat_bind_to_device(req);
	map_stats_count(req->map, MAP_A_STATS_SNAT_BOUND);
	return NF_ACCEPT;
}

/* The port is chosen and free. A range of one port with "random" keeps nf_nat
 * from looking for another connection of this source.
 */
static unsigned int map_snat_bind_port(struct map_snat_request *req, u16 port)
{
	struct nf_nat_range2 range = {
		.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED |
			 NF_NAT_RANGE_PROTO_RANDOM_FULLY,
		.min_addr.ip = req->tuple.src.u3.ip,
		.max_addr.ip = req->tuple.src.u3.ip,
		.min_proto.all = htons(port),
		.max_proto.all = htons(port),
	};
	struct nf_conntrack_tuple outer;

	if (nf_nat_setup_info(req->ct, &range, NF_NAT_MANIP_SRC) != NF_ACCEPT ||
	    !map_snat_outer(req->ct, &outer) ||
	    outer.src.u3.ip != req->tuple.src.u3.ip ||
	    outer.src.u.all != htons(port))
		return map_snat_failed(req);
	map_snat_take(req, port);
	return map_snat_bound(req);
}

/* Protocols without ports have an address that is not shared to themselves. */
static unsigned int map_snat_bind_addr(struct map_snat_request *req)
{
	struct nf_nat_range2 range = {
		.flags = NF_NAT_RANGE_MAP_IPS,
		.min_addr.ip = req->tuple.src.u3.ip,
		.max_addr.ip = req->tuple.src.u3.ip,
	};

	if (nf_nat_setup_info(req->ct, &range, NF_NAT_MANIP_SRC) != NF_ACCEPT)
		return map_snat_failed(req);
	return map_snat_bound(req);
}

static unsigned int map_snat_no_port(struct map_snat_request *req)
{
	map_stats_count(req->map, MAP_A_STATS_SNAT_NO_PORT);
	return NF_DROP_ERR(-EPROTONOSUPPORT);
}

static unsigned int map_snat_exhausted(struct map_snat_request *req)
{
	const struct nf_conntrack_tuple *t = &req->tuple;

	map_stats_count(req->map, MAP_A_STATS_SNAT_EXHAUSTED);
	if (__ratelimit(&map_snat_log))
		netdev_warn(req->map->dev,
			    "no port left towards %pI4, port %u, protocol %u\n",
			    &t->dst.u3.ip,
			    t->dst.protonum == IPPROTO_ICMP ?
			    0 : ntohs(t->dst.u.all), t->dst.protonum);
	return NF_DROP_ERR(-EADDRNOTAVAIL);
}

/* A helper (FTP, SIP) announces a port of its own choice, which would be
 * outside of the set. The helper is assigned before POSTROUTING and runs after
 * it, so it is removed here. The bit that marks an assigned helper keeps later
 * rules from assigning another. The entry is unconfirmed: no other CPU sees it.
 */
static void map_snat_refuse_helper(struct map_snat_request *req)
{
	struct nf_conn_help *help = nfct_help(req->ct);

	__set_bit(IPS_HELPER_BIT, &req->ct->status);
	if (!help || !rcu_access_pointer(help->helper))
		return;
	RCU_INIT_POINTER(help->helper, NULL);
	map_stats_count(req->map, MAP_A_STATS_SNAT_HELPER_REFUSED);
}

static unsigned int map_snat_bind(struct map_snat_request *req)
{
	bool shared = req->set->len;
	u16 port;

	if (!map_snat_has_ports(req->tuple.dst.protonum))
		return shared ? map_snat_no_port(req) :
				map_snat_bind_addr(req);
	if (shared)
		map_snat_refuse_helper(req);
	if (!map_snat_choose(req, &port))
		return map_snat_exhausted(req);
	return map_snat_bind_port(req, port);
}

/* A connection that began before it used this device, and has no reply yet,
 * cannot get a source any more. It has to begin again.
 */
static unsigned int map_snat_restart(struct map_dev *map, struct nf_conn *ct)
{
	nf_ct_kill(ct);
	map_stats_count(map, MAP_A_STATS_TX_FOREIGN_SOURCE);
	return NF_DROP;
}

/* Would the BR send the packet back? An ICMP identifier will be one of the set,
 * whatever it is now.
 */
static bool map_snat_is_own(const struct map_ce *ce,
			    const struct nf_conntrack_tuple *t)
{
	if (t->dst.protonum == IPPROTO_ICMP)
		return map_ipv4_prefix_match(t->dst.u3.ip, ce->ipv4,
					     ce->ipv4_len);
	return map_check_is_own(ce, t->dst.u3.ip, ntohs(t->dst.u.all),
				map_snat_has_ports(t->dst.protonum));
}

/* The device would refuse it, but by then it would have taken a port. */
static unsigned int map_snat_refuse_own(struct map_dev *map,
					struct sk_buff *skb)
{
	map_stats_count(map, MAP_A_STATS_TX_OWN_DESTINATION);
	icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	return NF_DROP_ERR(-EHOSTUNREACH);
}

static unsigned int map_snat_connection(struct map_dev *map,
					const struct map_state *state,
					struct nf_conn *ct,
					struct sk_buff *skb)
{
	const struct map_ce *ce = &state->ce;
	struct map_snat_request req = {
		.map = map,
		.ct = ct,
		.set = &ce->ports,
		.reserve = rcu_dereference(map->reserve),
	};

	/* What it looks like after DNAT, if there was any. */
	if (!map_snat_outer(ct, &req.tuple))
		return NF_DROP;
	if (map_snat_is_own(ce, &req.tuple))
		return map_snat_refuse_own(map, skb);

	if (ce->ipv4_len < 32 &&
	    map_ipv4_prefix_match(req.tuple.src.u3.ip, ce->ipv4, ce->ipv4_len))
		return NF_ACCEPT;
	if (nf_ct_is_confirmed(ct))
		return map_snat_restart(map, ct);

	req.port = ntohs(req.tuple.src.u.all);
	req.own = req.tuple.src.u3.ip == ce->ipv4;
	req.owner = map_snat_owner(ct);
	req.use = rcu_dereference(map->snat_use);
	req.tuple.src.u3.ip = ce->ipv4;
	return map_snat_bind(&req);
}

static bool map_snat_on(const struct map_settings *set)
{
	return set->snat && set->role == MAP_ROLE_CE &&
	       (set->mode == MAP_MODE_MAP_E || set->mode == MAP_MODE_MAP_T);
}

/* Called for each packet of a connection until it has a binding. NF_ACCEPT
 * without a binding leaves the choice to later NAT chains, and at last to
 * nf_nat, which would bind the connection to its present source for good. So it
 * must not be returned while the device has no address.
 */
static unsigned int map_snat_hook(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *hook)
{
	const struct map_state *state;
	enum ip_conntrack_info ctinfo;
	struct map_dev *map;
	struct nf_conn *ct;

	if (!map_dev_is(hook->out))
		return NF_ACCEPT;

	map = netdev_priv(hook->out);
	state = rcu_dereference(map->state);
	ct = nf_ct_get(skb, &ctinfo);
	if (!state || !ct || !map_snat_on(&state->set))
		return NF_ACCEPT;

	if (!state->ready) {
		map_stats_count(map, MAP_A_STATS_TX_NOT_READY);
		return NF_DROP_ERR(-ENETUNREACH);
	}
	/* An ICMP error about a connection that was refused before it had a
	 * binding passes unchanged.
	 */
	if (ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY)
		return NF_ACCEPT;
	return map_snat_connection(map, state, ct, skb);
}

/* In front of the chains of users: a masquerade rule for the device must not
 * take connections out of the port set.
 */
static const struct nf_hook_ops map_snat_ops = {
	.hook = map_snat_hook,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_POST_ROUTING,
	.priority = NF_IP_PRI_NAT_SRC - 1,
};

/**
 * map_snat_get - a CE device comes to a namespace
 * @net: the namespace
 *
 * Context: process, RTNL held.
 * Return: 0, or a negative error number where nothing has changed.
 */
int map_snat_get(struct net *net)
{
	struct map_snat_net *sn = net_generic(net, map_snat_net_id);
	int err;

	ASSERT_RTNL();
	if (sn->users) {
		sn->users++;
		return 0;
	}

	err = nf_ct_netns_get(net, NFPROTO_IPV4);
	if (err)
		return err;
	err = nf_nat_ipv4_register_fn(net, &map_snat_ops);
	if (err) {
		nf_ct_netns_put(net, NFPROTO_IPV4);
		return err;
	}
	sn->users = 1;
	return 0;
}

/**
 * map_snat_put - a CE device leaves a namespace
 * @net: the namespace
 *
 * Packets may still be in the chain until an RCU grace period has passed.
 *
 * Context: process, RTNL held.
 */
void map_snat_put(struct net *net)
{
	struct map_snat_net *sn = net_generic(net, map_snat_net_id);

	ASSERT_RTNL();
	if (WARN_ON_ONCE(!sn->users) || --sn->users)
		return;
	nf_nat_ipv4_unregister_fn(net, &map_snat_ops);
	nf_ct_netns_put(net, NFPROTO_IPV4);
}

/* May a connection have this end on our side? */
static bool map_snat_fits(const struct map_ce *ce, __be32 addr, __be16 port,
			  u8 proto)
{
	if (!map_ipv4_prefix_match(addr, ce->ipv4, ce->ipv4_len))
		return false;
	if (!ce->ports.len)
		return true;
	return map_snat_has_ports(proto) &&
	       map_port_set_has(&ce->ports, ntohs(port));
}

/**
 * map_snat_fit - make room to remember who has which port
 * @map: the device
 * @state: the state that packets see
 *
 * Without memory for it the device works, but may share ports too early.
 *
 * Context: process, RTNL held.
 */
void map_snat_fit(struct map_dev *map, const struct map_state *state)
{
	struct map_snat_use *old = rtnl_dereference(map->snat_use);
	struct map_snat_use *use = NULL;
	u32 size = 0;

	if (state->ready && map_snat_on(&state->set))
		size = min_t(u32, map_port_set_size(&state->ce.ports),
			     MAP_SNAT_USE_SLOTS);
	if (size == (old ? old->size : 0))
		return;
	if (size) {
		use = kvzalloc(struct_size(use, slots,
					   size * MAP_SNAT_USE_TABLES),
			       GFP_KERNEL_ACCOUNT);
		if (use)
			use->size = size;
	}
	rcu_assign_pointer(map->snat_use, use);
	kvfree_rcu(old, rcu);
}

/**
 * map_snat_release - undo map_snat_fit()
 * @map: the device, which no packet sees any more
 */
void map_snat_release(struct map_dev *map)
{
	kvfree(rcu_replace_pointer(map->snat_use, NULL, true));
}

static bool map_snat_any_fits(const struct list_head *claims, __be32 addr,
			      __be16 port, u8 proto)
{
	const struct map_snat_claim *claim;

	list_for_each_entry(claim, claims, node)
		if (map_snat_fits(&claim->ce, addr, port, proto))
			return true;
	return false;
}

/**
 * struct map_snat_forget - one walk through conntrack's table
 * @sn: the namespace
 * @lost: what was given up in it
 */
struct map_snat_forget {
	struct map_snat_net *sn;
	struct list_head lost;
};

/* Has this end been given up, and has no device claimed it again? Other ports
 * of the address may belong to another device.
 */
static bool map_snat_lost(const struct map_snat_forget *walk, __be32 addr,
			  __be16 port, u8 proto)
{
	bool held;

	if (!map_snat_any_fits(&walk->lost, addr, port, proto))
		return false;
	spin_lock_bh(&walk->sn->lock);
	held = map_snat_any_fits(&walk->sn->held, addr, port, proto);
	spin_unlock_bh(&walk->sn->lock);
	return !held;
}

static bool map_snat_has_helper(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);

	return help && rcu_access_pointer(help->helper);
}

/* A helper assigned before the address was shared. */
static bool map_snat_old_helper(struct map_snat_net *sn,
				const struct nf_conn *ct, __be32 addr)
{
	const struct map_snat_claim *claim;
	bool old = false;

	if (!map_snat_has_helper(ct))
		return false;
	spin_lock_bh(&sn->lock);
	list_for_each_entry(claim, &sn->held, node)
		old = old || (claim->ce.ports.len && claim->ce.ipv4 == addr);
	spin_unlock_bh(&sn->lock);
	return old;
}

/* The outer end of a connection from inside is its source after NAT. That of a
 * connection from outside is its destination before NAT, or its source for an
 * ICMP identifier.
 */
static int map_snat_forget_one(struct nf_conn *ct, void *data)
{
	const struct nf_conntrack_tuple *orig;
	const struct map_snat_forget *walk = data;
	struct nf_conntrack_tuple outer;
	u8 proto = nf_ct_protonum(ct);
	__be16 port;

	if (nf_ct_l3num(ct) != NFPROTO_IPV4 || !map_snat_outer(ct, &outer))
		return 0;
	if (map_snat_lost(walk, outer.src.u3.ip, outer.src.u.all, proto) ||
	    map_snat_old_helper(walk->sn, ct, outer.src.u3.ip))
		return 1;

	orig = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	port = proto == IPPROTO_ICMP ? orig->src.u.all : orig->dst.u.all;
	return map_snat_lost(walk, orig->dst.u3.ip, port, proto);
}

static void map_snat_free_claims(struct list_head *claims)
{
	struct map_snat_claim *claim, *next;

	list_for_each_entry_safe(claim, next, claims, node)
		kfree(claim);
	INIT_LIST_HEAD(claims);
}

/* One walk covers all ends that were given up until it starts. The table is
 * shared by all namespaces and may be large, so no caller with the RTNL does
 * this.
 */
static void map_snat_forget(struct work_struct *work)
{
	struct map_snat_net *sn;
	struct map_snat_forget walk;
	struct nf_ct_iter_data iter;

	sn = container_of(work, struct map_snat_net, forget);
	walk.sn = sn;
	INIT_LIST_HEAD(&walk.lost);
	spin_lock_bh(&sn->lock);
	list_splice_init(&sn->lost, &walk.lost);
	spin_unlock_bh(&sn->lock);

	/* All packets that saw the old state have made their bindings. */
	synchronize_rcu();
	iter = (struct nf_ct_iter_data){ .net = sn->net, .data = &walk };
	map_debug_no_rtnl();
	nf_ct_iterate_cleanup_net(map_snat_forget_one, &iter);
	map_snat_free_claims(&walk.lost);
}

/**
 * map_snat_claim_alloc - get ready to claim address and ports
 * @ce: the address and the ports
 *
 * Context: process, may sleep.
 * Return: the claim, for map_snat_hold() or kfree(); or NULL without memory.
 */
struct map_snat_claim *map_snat_claim_alloc(const struct map_ce *ce)
{
	struct map_snat_claim *claim;

	claim = kzalloc(sizeof(*claim), GFP_KERNEL_ACCOUNT);
	if (!claim)
		return NULL;
	INIT_LIST_HEAD(&claim->node);
	claim->ce = *ce;
	return claim;
}

/**
 * map_snat_claim_same - whether a claim is for just this
 * @claim: the claim, or NULL
 * @ce: address and ports
 *
 * Return: true when it is.
 */
bool map_snat_claim_same(const struct map_snat_claim *claim,
			 const struct map_ce *ce)
{
	const struct map_ce *had;

	if (!claim)
		return false;
	had = &claim->ce;
	return ce->ipv4 == had->ipv4 && ce->ipv4_len == had->ipv4_len &&
	       ce->ports.psid == had->ports.psid &&
	       ce->ports.offset == had->ports.offset &&
	       ce->ports.len == had->ports.len;
}

/**
 * map_snat_hold - a CE has address and ports in a namespace
 * @net: the namespace
 * @claim: them; map_snat_lose() takes it back
 *
 * Context: process.
 */
void map_snat_hold(struct net *net, struct map_snat_claim *claim)
{
	struct map_snat_net *sn = net_generic(net, map_snat_net_id);

	spin_lock_bh(&sn->lock);
	list_add(&claim->node, &sn->held);
	spin_unlock_bh(&sn->lock);
}

/**
 * map_snat_lose - a CE gives up address and ports in a namespace
 * @net: the namespace
 * @claim: as it was given to map_snat_hold(); consumed
 *
 * Connections that have an end within them, and which no device of the
 * namespace claims, are ended soon after. They begin anew with their next
 * packet. Call it after the packet path sees the new state, and after
 * map_snat_hold() for that.
 *
 * Context: process.
 */
void map_snat_lose(struct net *net, struct map_snat_claim *claim)
{
	struct map_snat_net *sn = net_generic(net, map_snat_net_id);

	spin_lock_bh(&sn->lock);
	list_move_tail(&claim->node, &sn->lost);
	spin_unlock_bh(&sn->lock);
	queue_work(system_unbound_wq, &sn->forget);
}

/**
 * map_snat_forget_flow - end the connection of a packet with a foreign source
 * @state: state of the device that it would leave by, ready
 * @skb: the packet, which the caller drops; before its conntrack is scrubbed
 *
 * A connection that was routed elsewhere when it began, or that came out of a
 * helper's expectation, is bound to a source that may not leave by the device.
 * Its packets are dropped, and where they keep coming the entry never expires.
 * Without the entry the next packet gets a source of the set.
 *
 * Context: transmit path.
 */
void map_snat_forget_flow(const struct map_state *state,
			  const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct;

	ct = nf_ct_get(skb, &ctinfo);
	if (!ct || nf_ct_is_template(ct) || !nf_ct_is_confirmed(ct) ||
	    CTINFO2DIR(ctinfo) != IP_CT_DIR_ORIGINAL)
		return;
	/* An ICMP error is related to the connection, not a packet of it. */
	if (ctinfo == IP_CT_RELATED && ip_hdr(skb)->protocol == IPPROTO_ICMP)
		return;
	if (map_snat_on(&state->set))
		nf_ct_kill(ct);
}

static bool map_snat_has_entry(const struct map_dev *map,
			       const struct nf_conntrack_tuple *sent)
{
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conntrack_tuple back;

	if (!nf_ct_invert_tuple(&back, sent))
		return false;
	hash = nf_conntrack_find_get(dev_net(map->dev), &nf_ct_zone_dflt,
				     &back);
	if (!hash)
		return false;
	nf_ct_put(nf_ct_tuplehash_to_ctrack(hash));
	return true;
}

/**
 * map_snat_knows - is there a connection that a packet was sent for?
 * @map: the device
 * @state: its state, ready
 * @sent: the packet, by what an ICMP error says of it
 *
 * A MAP address can be computed by anybody, so that an error fits the rules
 * says little. Where all that leaves has an entry of conntrack, an error about
 * anything else is forged, or too late (RFC 5508, section 4.2).
 *
 * Context: RCU, softirq.
 * Return: true also where the device does no source NAT and cannot know.
 */
bool map_snat_knows(const struct map_dev *map, const struct map_state *state,
		    const struct map_snat_packet *sent)
{
	static const u8 types[] = { ICMP_ECHO, ICMP_ECHOREPLY };
	struct nf_conntrack_tuple t = {
		.src.l3num = NFPROTO_IPV4,
		.src.u3.ip = sent->saddr,
		.dst.u3.ip = sent->daddr,
		.dst.protonum = sent->proto,
		.dst.dir = IP_CT_DIR_ORIGINAL,
	};
	unsigned int i;

	if (!map_snat_on(&state->set))
		return true;
	if (sent->proto != IPPROTO_ICMP) {
		t.src.u.all = htons(sent->sport);
		t.dst.u.all = htons(sent->dport);
		return map_snat_has_entry(map, &t);
	}
	t.src.u.icmp.id = htons(sent->sport);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		t.dst.u.icmp.type = types[i];
		if (map_snat_has_entry(map, &t))
			return true;
	}
	return false;
}

static const u8 map_snat_protos[MAP_PORT_USE_PROTOS] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP,
	IPPROTO_UDPLITE, IPPROTO_SCTP, IPPROTO_DCCP,
};

/**
 * struct map_snat_census - the port set of a CE, while it is looked through
 * @ce: address and ports, as they were when it began
 * @reserved: a bit for each port that is reserved
 * @seen: for each protocol, a bit for each port with a binding
 * @use: where the answer goes
 */
struct map_snat_census {
	struct map_ce ce;
	DECLARE_BITMAP(reserved, 65536);
	DECLARE_BITMAP(seen[MAP_PORT_USE_PROTOS], 65536);
	struct map_port_use *use;
};

static int map_snat_census_one(struct nf_conn *ct, void *data)
{
	struct map_snat_census *census = data;
	struct nf_conntrack_tuple outer;
	unsigned int i;
	u16 port;

	if (nf_ct_l3num(ct) != NFPROTO_IPV4 || !map_snat_outer(ct, &outer) ||
	    outer.src.u3.ip != census->ce.ipv4)
		return 0;

	port = ntohs(outer.src.u.all);
	if (!map_port_set_has(&census->ce.ports, port))
		return 0;

	for (i = 0; i < MAP_PORT_USE_PROTOS; i++) {
		if (map_snat_protos[i] != outer.dst.protonum)
			continue;
		census->use[i].bindings++;
		__set_bit(port, census->seen[i]);
	}
	return 0;
}

static void map_snat_sum(const struct map_snat_census *census,
			 unsigned int proto)
{
	const struct map_port_set *set = &census->ce.ports;
	struct map_port_use *use = &census->use[proto];
	u32 size = map_port_set_size(set);
	u32 n;

	for (n = 0; n < size; n++) {
		u16 port = map_port_set_nth(set, n);

		if (test_bit(port, census->reserved) ||
		    !map_snat_number(set, use->proto, port))
			continue;
		use->total++;
		use->used += test_bit(port, census->seen[proto]);
	}
}

static int map_snat_census_start(const struct map_dev *map,
				 struct map_snat_census *census)
{
	const struct map_reserve *reserve;
	const struct map_state *state;
	int err = 0;

	rcu_read_lock();
	state = rcu_dereference(map->state);
	reserve = rcu_dereference(map->reserve);
	if (!state || !map_snat_on(&state->set))
		err = -EOPNOTSUPP;
	else if (!state->ready)
		err = -ENETDOWN;
	else
		census->ce = state->ce;
	if (reserve)
		bitmap_copy(census->reserved, reserve->bits, 65536);
	rcu_read_unlock();
	return err;
}

/**
 * map_snat_census_begin - get ready to count how full a port set is
 * @map: the device, which is not needed any more afterwards
 *
 * Context: process, may sleep.
 * Return: for map_snat_census_count() and kvfree(); or an error pointer,
 * -EOPNOTSUPP where the device does no source NAT, -ENETDOWN where it is not
 * ready, or -ENOMEM.
 */
struct map_snat_census *map_snat_census_begin(const struct map_dev *map)
{
	struct map_snat_census *census;
	int err;

	census = kvzalloc(sizeof(*census), GFP_KERNEL_ACCOUNT);
	if (!census)
		return ERR_PTR(-ENOMEM);
	err = map_snat_census_start(map, census);
	if (!err)
		return census;
	kvfree(census);
	return ERR_PTR(err);
}

/**
 * map_snat_census_count - how full the port set of a CE is
 * @net: namespace of the device
 * @census: as map_snat_census_begin() returned it
 * @use: for each protocol with ports, the answer
 *
 * A binding is a connection that leaves from the address of the CE, by
 * translation or because the CE itself began it there. The ports are counted
 * that a search gives out: of an address that is not shared, those from 1024.
 *
 * Context: process, may sleep. Takes as long as a walk of the conntrack table
 * of all namespaces: call it without the RTNL.
 */
void map_snat_census_count(struct net *net, struct map_snat_census *census,
			   struct map_port_use use[MAP_PORT_USE_PROTOS])
{
	struct nf_ct_iter_data iter = {
		.net = net,
		.data = census,
	};
	unsigned int i;

	census->use = use;
	for (i = 0; i < MAP_PORT_USE_PROTOS; i++)
		use[i] = (struct map_port_use){ .proto = map_snat_protos[i] };
	map_debug_no_rtnl();
	nf_ct_iterate_cleanup_net(map_snat_census_one, &iter);
	for (i = 0; i < MAP_PORT_USE_PROTOS; i++) {
		map_snat_sum(census, i);
		cond_resched();
	}
}

static int __net_init map_snat_net_init(struct net *net)
{
	struct map_snat_net *sn = net_generic(net, map_snat_net_id);

	sn->net = net;
	spin_lock_init(&sn->lock);
	INIT_LIST_HEAD(&sn->held);
	INIT_LIST_HEAD(&sn->lost);
	INIT_WORK(&sn->forget, map_snat_forget);
	return 0;
}

/* All devices are gone. In a namespace that stays, their connections have to
 * end. Otherwise conntrack ends all of its connections.
 */
static void __net_exit map_snat_net_exit(struct net *net)
{
	struct map_snat_net *sn = net_generic(net, map_snat_net_id);

	if (check_net(net))
		flush_work(&sn->forget);
	else
		cancel_work_sync(&sn->forget);
	map_snat_free_claims(&sn->lost);
}

static struct pernet_operations map_snat_net_ops = {
	.init = map_snat_net_init,
	.exit = map_snat_net_exit,
	.id = &map_snat_net_id,
	.size = sizeof(struct map_snat_net),
};

/**
 * map_snat_init - get ready for map_snat_get()
 *
 * To be called before a device can come up.
 *
 * Return: 0 or a negative error number.
 */
int map_snat_init(void)
{
	get_random_bytes(&map_snat_key, sizeof(map_snat_key));
	return register_pernet_subsys(&map_snat_net_ops);
}

/**
 * map_snat_exit - undo map_snat_init()
 *
 * To be called when no device is left in any namespace. By then the RTNL has
 * been released after the last map_snat_put(), which implies the grace period
 * that lets packets out of the chain.
 */
void map_snat_exit(void)
{
	unregister_pernet_subsys(&map_snat_net_ops);
}
