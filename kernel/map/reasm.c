// SPDX-License-Identifier: GPL-2.0

#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/sysctl.h>
#include <net/inet_ecn.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/netns/hash.h>

#include "compat.h"
#include "map.h"
#include "reasm.h"
#include "stats.h"

/* Defaults of each direction, those of IPv4's own reassembly. */
#define REASM_HIGH_THRESH (4 << 20)		/* bytes */
#define REASM_TIME (30 * HZ)
#define REASM_MAX_DIST 64

/* Fragments of one packet. */
struct map_reasm_queue {
	struct inet_frag_queue q;
	u16 largest_df;			/* data of the longest part with DF */
	u8 ecn;				/* IPFRAG_ECN_* of all parts */
	u32 number;			/* of the source's last part */
};

/* Numbers the fragments of a source. A source has the slot of its hash until
 * another source takes the slot over, which starts a new term: numbers of two
 * terms tell nothing. From high to low: 32 bits of address, 12 of term, 20 of
 * number.
 */
#define REASM_SOURCES 512
#define REASM_NUMBER_BITS 20
#define REASM_NUMBER_MASK GENMASK(REASM_NUMBER_BITS - 1, 0)

/* Each direction has its own budget. On a BR anybody on the Internet can fill
 * that of packets to be sent, with forged sources. Fragments received have come
 * from the address of a CE.
 */
enum {
	REASM_TX,
	REASM_RX,
	REASM_DIRECTIONS,
};

/* Of a namespace. */
struct map_reasm_net {
	struct fqdir *fqdir[REASM_DIRECTIONS];
	atomic64_t *sources;
	struct ctl_table_header *sysctl;
	struct ctl_table *table;
};

static unsigned int map_reasm_net_id __read_mostly;

/* ---- the table of queues ---- */

static u32 map_reasm_key_hash(const void *data, u32 len, u32 seed)
{
	return jhash2(data, sizeof(struct frag_v6_compare_key) / sizeof(u32),
		      seed);
}

static u32 map_reasm_obj_hash(const void *data, u32 len, u32 seed)
{
	const struct inet_frag_queue *q = data;

	return map_reasm_key_hash(&q->key.v6, len, seed);
}

static int map_reasm_obj_differs(struct rhashtable_compare_arg *arg,
				 const void *obj)
{
	const struct inet_frag_queue *q = obj;

	return memcmp(&q->key.v6, arg->key, sizeof(q->key.v6));
}

static void map_reasm_construct(struct inet_frag_queue *q, const void *key)
{
	q->key.v6 = *(const struct frag_v6_compare_key *)key;
}

static void map_reasm_count_expired(const struct inet_frag_queue *q)
{
	const struct map_reasm_net *rn =
		net_generic(q->fqdir->net, map_reasm_net_id);
	struct net_device *dev;

	dev = dev_get_by_index_rcu(q->fqdir->net, q->key.v6.iif);
	if (dev && map_dev_is(dev))
		map_stats_count(netdev_priv(dev),
				q->fqdir == rn->fqdir[REASM_RX] ?
				MAP_A_STATS_RX_FRAG_TIMEOUT :
				MAP_A_STATS_TX_FRAG_TIMEOUT);
}

/* No ICMP error: "reassembly time exceeded" is for the destination host to send
 * (RFC 792), and the source of a lone fragment can be forged.
 */
static void map_reasm_expire(struct timer_list *timer)
{
	struct inet_frag_queue *q = container_of(timer, struct inet_frag_queue,
						 timer);
	int refs = 1;

	rcu_read_lock();
	spin_lock(&q->lock);
	if (!(q->flags & INET_FRAG_COMPLETE)) {
		map_frag_kill(q, &refs);
		/* On older kernels, Debian 6.1 is one, the queues of a dead
		 * fqdir and their timers stay until a work frees them, and the
		 * namespace may be gone by then. fqdir_pre_exit() sets dead,
		 * and a grace period follows before anything is freed.
		 */
		if (!READ_ONCE(q->fqdir->dead))
			map_reasm_count_expired(q);
	}
	spin_unlock(&q->lock);
	inet_frag_putn(q, refs);
	rcu_read_unlock();
}

static struct inet_frags map_reasm_frags = {
	.qsize		= sizeof(struct map_reasm_queue),
	.constructor	= map_reasm_construct,
	.frag_expire	= map_reasm_expire,
	.frags_cache_name = "map-frags",
	.rhash_params	= {
		.head_offset	= offsetof(struct inet_frag_queue, node),
		.hashfn		= map_reasm_key_hash,
		.obj_hashfn	= map_reasm_obj_hash,
		.obj_cmpfn	= map_reasm_obj_differs,
		.automatic_shrinking = true,
	},
};

/* ---- one fragment ---- */

/* The term and the number of a fragment of this source. */
static u32 map_reasm_number(const struct net *net, __be32 source)
{
	const struct map_reasm_net *rn = net_generic(net, map_reasm_net_id);
	u32 addr = (__force u32)source, low;
	atomic64_t *slot;
	s64 old;

	slot = &rn->sources[jhash_1word(addr, net_hash_mix(net)) %
			    REASM_SOURCES];
	old = atomic64_read(slot);
	do {
		low = (u32)old;
		if (upper_32_bits(old) == addr)
			low = (low & ~REASM_NUMBER_MASK) |
			      ((low + 1) & REASM_NUMBER_MASK);
		else
			low = (low & ~REASM_NUMBER_MASK) +
			      BIT(REASM_NUMBER_BITS);
	} while (!atomic64_try_cmpxchg(slot, &old, (u64)addr << 32 | low));
	return low;
}

/* 16 bits of identification wrap (RFC 4963). A queue is given up if so many
 * other fragments of its source came since its last one that the next one with
 * its identification is likely to belong to another packet.
 */
static bool map_reasm_is_stale(struct map_reasm_queue *queue,
			       const struct map_reasm_part *part)
{
	struct fqdir *fqdir = queue->q.fqdir;
	u32 most = READ_ONCE(fqdir->max_dist);
	u32 last = queue->number;

	if (!part->counts || !most)
		return false;
	queue->number = map_reasm_number(fqdir->net, (__force __be32)
					 part->key.daddr.s6_addr32[0]);
	if (!queue->q.fragments_tail ||
	    (queue->number ^ last) & ~REASM_NUMBER_MASK)
		return false;
	return ((queue->number - last) & REASM_NUMBER_MASK) > most;
}

/* The end of the fragment must agree with what is known of the end of the
 * packet.
 */
static bool map_reasm_end_fits(struct inet_frag_queue *q, u32 end, bool more)
{
	if (q->flags & INET_FRAG_LAST_IN)
		return more ? end <= q->len : end == q->len;
	if (!more && end < q->len)
		return false;
	if (!more)
		q->flags |= INET_FRAG_LAST_IN;
	q->len = max_t(u32, q->len, end);
	return true;
}

static int map_reasm_finish(struct map_reasm_queue *queue, struct sk_buff *skb,
			    struct sk_buff *tail, struct map_reasm_whole *whole)
{
	unsigned long dst = skb->_skb_refdst;
	struct inet_frag_queue *q = &queue->q;
	void *data;

	whole->ecn = ip_frag_ecn_table[queue->ecn];
	if (whole->ecn == 0xff)
		return -EINVAL;
	/* inet_frag_reasm_prepare() puts the first fragment into @skb. The
	 * route of the last one, which is @skb, holds for the packet.
	 */
	skb->_skb_refdst = 0;
	data = inet_frag_reasm_prepare(q, skb, tail);
	if (data) {
		inet_frag_reasm_finish(q, skb, data, false);
		q->rb_fragments = RB_ROOT;
		q->fragments_tail = NULL;
		q->last_run_head = NULL;
	}
	skb->_skb_refdst = dst;
	whole->len = q->len;
	whole->largest = q->max_size;
	whole->df = queue->largest_df == q->max_size;
	return data ? 0 : -ENOMEM;
}

static void map_reasm_note(struct map_reasm_queue *queue, struct sk_buff *skb,
			   const struct map_reasm_part *part)
{
	struct inet_frag_queue *q = &queue->q;

	q->meat += skb->len;
	q->max_size = max_t(u32, q->max_size, skb->len);
	if (part->df)
		queue->largest_df = max_t(u32, queue->largest_df, skb->len);
	queue->ecn |= 1 << (part->dsfield & INET_ECN_MASK);
	if (!part->offset)
		q->flags |= INET_FRAG_FIRST_IN;
	add_frag_mem_limit(q->fqdir, skb->truesize);
}

/* The caller holds the lock of the queue. Returns what map_reasm() returns;
 * unless it is 0, @skb belongs to the queue or is freed.
 */
static int map_reasm_add(struct map_reasm_queue *queue, struct sk_buff *skb,
			 const struct map_reasm_part *part, int *refs,
			 struct map_reasm_whole *whole)
{
	u32 end = part->offset + skb->len;
	struct inet_frag_queue *q = &queue->q;
	struct sk_buff *tail = q->fragments_tail;
	int err;

	/* The packet is complete: a late duplicate. */
	if (q->flags & INET_FRAG_COMPLETE) {
		kfree_skb(skb);
		return -EEXIST;
	}
	err = map_reasm_end_fits(q, end, part->more) ?
		      inet_frag_queue_insert(q, skb, part->offset, end) :
		      IPFRAG_OVERLAP;
	if (err) {
		/* RFC 5722, section 4: an overlap ends the queue. A duplicate
		 * does not.
		 */
		if (err == IPFRAG_OVERLAP)
			map_frag_kill(q, refs);
		kfree_skb(skb);
		return err == IPFRAG_OVERLAP ? -EINVAL : -EEXIST;
	}

	map_reasm_note(queue, skb, part);
	if (q->flags != (INET_FRAG_FIRST_IN | INET_FRAG_LAST_IN) ||
	    q->meat != q->len) {
		skb_dst_drop(skb);
		return -EINPROGRESS;
	}
	map_frag_kill(q, refs);
	return map_reasm_finish(queue, skb, tail, whole);
}

/* Check a fragment by itself, and detach it from its socket and checksum. */
static int map_reasm_prepare(struct sk_buff *skb,
			     const struct map_reasm_part *part)
{
	u32 len = skb->len - part->hlen;

	if (skb_is_gso(skb) || skb->len <= part->hlen ||
	    part->offset + len > part->room || (part->more && len & 7))
		return -EINVAL;
	if (!pskb_may_pull(skb, part->hlen))
		return -ENOMEM;
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return -EINVAL;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	skb_orphan(skb);
	skb_reset_network_header(skb);
	__skb_pull(skb, part->hlen);
	return 0;
}

static int map_reasm_in_queue(struct fqdir *fqdir, struct sk_buff *skb,
			      const struct map_reasm_part *part,
			      struct map_reasm_whole *whole)
{
	struct frag_v6_compare_key key = part->key;
	struct inet_frag_queue *q;
	struct map_reasm_queue *queue;
	int refs = MAP_FRAG_FIND_REFS;
	int err = -EAGAIN;

	q = inet_frag_find(fqdir, &key);
	if (!q) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	queue = container_of(q, struct map_reasm_queue, q);
	spin_lock(&q->lock);
	if (map_reasm_is_stale(queue, part)) {
		map_frag_kill(q, &refs);
		map_reasm_count_expired(q);
	} else {
		err = map_reasm_add(queue, skb, part, &refs, whole);
	}
	spin_unlock(&q->lock);
	inet_frag_putn(q, refs);
	return err;
}

/**
 * map_reasm - put the fragments of a packet together
 * @map: the device
 * @skb: one fragment; skb->data is its IP header. Consumed unless 0 is
 *	returned, and then the whole packet with the headers of the first
 *	fragment, whose length and fragment fields are the caller's to mend
 * @part: what its header says
 * @rx: it was received, and is not to be sent
 * @whole: filled in when 0 is returned
 *
 * Memory and time are bounded for each namespace and direction, by net.map.tx_*
 * and rx_*. Fragments to be sent take nothing from those received, and neither
 * takes anything from the reassembly of the host or of conntrack.
 *
 * Fragments come in any order. One that overlaps another makes the packet go
 * (RFC 5722), a duplicate changes nothing.
 *
 * Context: RCU, bottom halves off.
 * Return: 0 when @skb is the whole packet now, -EINPROGRESS when more parts are
 * missing, -EEXIST for a duplicate, -ENOMEM, or -EINVAL when the part was
 * refused.
 */
int map_reasm(struct map_dev *map, struct sk_buff *skb,
	      const struct map_reasm_part *part, bool rx,
	      struct map_reasm_whole *whole)
{
	struct map_reasm_net *rn =
		net_generic(dev_net(map->dev), map_reasm_net_id);
	struct fqdir *fqdir = rn->fqdir[rx ? REASM_RX : REASM_TX];
	int err;

	err = map_reasm_prepare(skb, part);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	/* Once more if the queue was stale and is gone now. */
	err = map_reasm_in_queue(fqdir, skb, part, whole);
	if (err == -EAGAIN)
		err = map_reasm_in_queue(fqdir, skb, part, whole);
	if (err == -EAGAIN) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	/* skb->dev shares its memory with fields of the queue. */
	if (!err)
		skb->dev = map->dev;
	return err;
}

/* ---- namespaces ---- */

enum {
	REASM_SYSCTL_HIGH_THRESH,
	REASM_SYSCTL_TIME,
	REASM_SYSCTL_MAX_DIST,
	REASM_SYSCTL_MEM,
	REASM_SYSCTLS,			/* of one direction */
};

#define REASM_TABLE(dir)						\
	{								\
		.procname	= dir "_frag_high_thresh",		\
		.maxlen		= sizeof(long),				\
		.mode		= 0644,					\
		.proc_handler	= proc_doulongvec_minmax,		\
	}, {								\
		.procname	= dir "_frag_time",			\
		.maxlen		= sizeof(int),				\
		.mode		= 0644,					\
		.proc_handler	= proc_dointvec_jiffies,		\
	}, {								\
		.procname	= dir "_frag_max_dist",			\
		.maxlen		= sizeof(int),				\
		.mode		= 0644,					\
		.proc_handler	= proc_dointvec_minmax,			\
		.extra1		= SYSCTL_ZERO,				\
	}, {								\
		.procname	= dir "_frag_mem",			\
		.maxlen		= sizeof(long),				\
		.mode		= 0444,					\
		.proc_handler	= proc_doulongvec_minmax,		\
	}

/* An empty entry at the end, for older kernels. */
static const struct ctl_table
	map_reasm_table[REASM_DIRECTIONS * REASM_SYSCTLS + 1] = {
		REASM_TABLE("tx"),
		REASM_TABLE("rx"),
	};

static int map_reasm_register_sysctl(struct net *net, struct map_reasm_net *rn)
{
	struct ctl_table *table, *at;
	int i;

	table = kmemdup(map_reasm_table, sizeof(map_reasm_table),
			GFP_KERNEL_ACCOUNT);
	if (!table)
		return -ENOMEM;
	for (i = 0, at = table; i < REASM_DIRECTIONS; i++, at += REASM_SYSCTLS) {
		at[REASM_SYSCTL_HIGH_THRESH].data = &rn->fqdir[i]->high_thresh;
		at[REASM_SYSCTL_TIME].data = &rn->fqdir[i]->timeout;
		at[REASM_SYSCTL_MAX_DIST].data = &rn->fqdir[i]->max_dist;
		at[REASM_SYSCTL_MEM].data = &rn->fqdir[i]->mem.counter;
	}
	rn->sysctl = map_register_net_sysctl(net, "net/map", table,
					     REASM_DIRECTIONS * REASM_SYSCTLS);
	if (!rn->sysctl) {
		kfree(table);
		return -ENOMEM;
	}
	rn->table = table;
	return 0;
}

static int map_reasm_direction_init(struct net *net, struct fqdir **fqdir)
{
	int err = fqdir_init(fqdir, &map_reasm_frags, net);

	if (err)
		return err;
	(*fqdir)->high_thresh = REASM_HIGH_THRESH;
	(*fqdir)->timeout = REASM_TIME;
	(*fqdir)->max_dist = REASM_MAX_DIST;
	return 0;
}

static void map_reasm_direction_exit(struct fqdir *fqdir)
{
	fqdir_pre_exit(fqdir);
	fqdir_exit(fqdir);
}

static int __net_init map_reasm_net_init(struct net *net)
{
	struct map_reasm_net *rn = net_generic(net, map_reasm_net_id);
	int err;

	rn->sources = kvcalloc(REASM_SOURCES, sizeof(*rn->sources),
			       GFP_KERNEL_ACCOUNT);
	if (!rn->sources)
		return -ENOMEM;
	err = map_reasm_direction_init(net, &rn->fqdir[REASM_TX]);
	if (err)
		goto err_sources;
	err = map_reasm_direction_init(net, &rn->fqdir[REASM_RX]);
	if (err)
		goto err_tx;
	err = map_reasm_register_sysctl(net, rn);
	if (err)
		goto err_rx;
	return 0;

err_rx:
	map_reasm_direction_exit(rn->fqdir[REASM_RX]);
err_tx:
	map_reasm_direction_exit(rn->fqdir[REASM_TX]);
err_sources:
	kvfree(rn->sources);
	return err;
}

static void __net_exit map_reasm_net_pre_exit(struct net *net)
{
	struct map_reasm_net *rn = net_generic(net, map_reasm_net_id);

	fqdir_pre_exit(rn->fqdir[REASM_TX]);
	fqdir_pre_exit(rn->fqdir[REASM_RX]);
}

static void __net_exit map_reasm_net_exit(struct net *net)
{
	struct map_reasm_net *rn = net_generic(net, map_reasm_net_id);

	unregister_net_sysctl_table(rn->sysctl);
	kfree(rn->table);
	fqdir_exit(rn->fqdir[REASM_TX]);
	fqdir_exit(rn->fqdir[REASM_RX]);
	kvfree(rn->sources);
}

static struct pernet_operations map_reasm_net_ops = {
	.init = map_reasm_net_init,
	.pre_exit = map_reasm_net_pre_exit,
	.exit = map_reasm_net_exit,
	.id = &map_reasm_net_id,
	.size = sizeof(struct map_reasm_net),
};

int map_reasm_init(void)
{
	int err = inet_frags_init(&map_reasm_frags);

	if (err)
		return err;
	err = register_pernet_subsys(&map_reasm_net_ops);
	if (err)
		inet_frags_fini(&map_reasm_frags);
	return err;
}

/* All devices are gone: no fragment arrives any more. */
void map_reasm_exit(void)
{
	unregister_pernet_subsys(&map_reasm_net_ops);
	inet_frags_fini(&map_reasm_frags);
}
