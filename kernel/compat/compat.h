/* SPDX-License-Identifier: GPL-2.0 */
/* What an older kernel lacks, one block a symbol. The code is written for the
 * newest API; MAP_HAVE_* come from probes of the headers (see probe.mk), since
 * stable kernels backport changes and their version says nothing.
 */
#ifndef _MAP_COMPAT_H
#define _MAP_COMPAT_H

#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/inet_frag.h>
#include <net/ip6_tunnel.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#ifdef MAP_HAVE_GSO_H				/* 6.5 */
#include <net/gso.h>
#endif

#ifdef MAP_HAVE_LINUX_UNALIGNED_H		/* 6.12 */
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#ifndef MAP_HAVE_NEWLINK_PARAMS			/* 6.15 */
struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

static inline struct net *
rtnl_newlink_link_net(struct rtnl_newlink_params *params)
{
	return params->src_net;
}

/* The operation of before, made of one with today's arguments. */
#define MAP_LINK_NEWLINK(fn)						\
static int fn##_op(struct net *net, struct net_device *dev,		\
		   struct nlattr *tb[], struct nlattr *data[],		\
		   struct netlink_ext_ack *extack)			\
{									\
	struct rtnl_newlink_params params = {				\
		.src_net = net, .tb = tb, .data = data,			\
	};								\
									\
	return fn(dev, &params, extack);				\
}
#else
#define MAP_LINK_NEWLINK(fn)						\
static int fn##_op(struct net_device *dev,				\
		   struct rtnl_newlink_params *params,			\
		   struct netlink_ext_ack *extack)			\
{									\
	return fn(dev, params, extack);					\
}
#endif

static inline void map_set_lltx(struct net_device *dev)
{
#ifdef MAP_HAVE_LLTX				/* 6.12 */
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

/* 6.9: the core allocates and frees what pcpu_stat_type says. */
#ifdef MAP_HAVE_PCPU_STAT_TYPE
static inline void map_set_tstats(struct net_device *dev)
{
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
}

static inline int map_alloc_tstats(struct net_device *dev)
{
	return 0;
}

static inline void map_free_tstats(struct net_device *dev)
{
}
#else
static inline void map_set_tstats(struct net_device *dev)
{
}

static inline int map_alloc_tstats(struct net_device *dev)
{
	dev->tstats = __netdev_alloc_pcpu_stats(struct pcpu_sw_netstats,
						GFP_KERNEL_ACCOUNT);
	return dev->tstats ? 0 : -ENOMEM;
}

static inline void map_free_tstats(struct net_device *dev)
{
	free_percpu(dev->tstats);
	dev->tstats = NULL;
}
#endif

static inline void map_ip6tunnel_xmit(struct sk_buff *skb,
				      struct net_device *dev)
{
#ifdef MAP_HAVE_IP6TUNNEL_XMIT_CB		/* 6.16 */
	ip6tunnel_xmit(NULL, skb, dev, 0);
#else
	ip6tunnel_xmit(NULL, skb, dev);
#endif
}

#ifndef MAP_HAVE_CONST_RANGE			/* 6.7 */
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {				\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),			\
	.validation_type = NLA_VALIDATE_RANGE_PTR,			\
	.range = (struct netlink_range_validation *)(_range),		\
}
#endif

/* A device that only has NAPI instances. */
static inline struct net_device *map_alloc_netdev_dummy(void)
{
#ifdef MAP_HAVE_ALLOC_NETDEV_DUMMY		/* 6.11 */
	return alloc_netdev_dummy(0);
#else
	struct net_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (dev)
		init_dummy_netdev(dev);
	return dev;
#endif
}

static inline void map_free_netdev_dummy(struct net_device *dev)
{
#ifdef MAP_HAVE_ALLOC_NETDEV_DUMMY
	free_netdev(dev);
#else
	kfree(dev);
#endif
}

/* 6.15: a queue is found without a reference, under RCU, and who kills it is
 * told how many there are to put.
 */
#ifdef MAP_HAVE_INET_FRAG_PUTN
#define MAP_FRAG_FIND_REFS 0

static inline void map_frag_kill(struct inet_frag_queue *q, int *refs)
{
	inet_frag_kill(q, refs);
}
#else
#define MAP_FRAG_FIND_REFS 1

static inline void map_frag_kill(struct inet_frag_queue *q, int *refs)
{
	inet_frag_kill(q);
}

static inline void inet_frag_putn(struct inet_frag_queue *q, int refs)
{
	if (refs && refcount_sub_and_test(refs, &q->refcnt))
		inet_frag_destroy(q);
}
#endif

/* 6.6: with the number of entries; before 6.11 the last one is empty. */
static inline struct ctl_table_header *
map_register_net_sysctl(struct net *net, const char *path,
			struct ctl_table *table, size_t n)
{
#ifdef MAP_HAVE_NET_SYSCTL_SZ
	return register_net_sysctl_sz(net, path, table, n);
#else
	return register_net_sysctl(net, path, table);
#endif
}

/* Until 6.5 splice() and sendfile() to a socket had a way past sendmsg(). */
static inline void ipsec_tcp_no_sendpage(struct proto *prot,
					 struct proto_ops *ops)
{
#ifdef MAP_HAVE_SENDPAGE
	prot->sendpage = NULL;
	ops->sendpage = sock_no_sendpage;
	ops->sendpage_locked = NULL;
#endif
}

/* Until 7.1 a protocol's recvmsg() had a place for the length of the sender's
 * address. The operation of then, made of one with today's arguments.
 */
#ifdef MAP_HAVE_RECVMSG_ADDR_LEN
#define MAP_PROTO_RECVMSG(fn)						\
static int fn##_op(struct sock *sk, struct msghdr *msg, size_t len,	\
		   int flags, int *addr_len)				\
{									\
	return fn(sk, msg, len, flags);					\
}
#else
#define MAP_PROTO_RECVMSG(fn)						\
static int fn##_op(struct sock *sk, struct msghdr *msg, size_t len,	\
		   int flags)						\
{									\
	return fn(sk, msg, len, flags);					\
}
#endif

/* 6.18: a workqueue says whether it is bound to CPUs. It was, before. */
#ifndef MAP_HAVE_WQ_PERCPU
#define WQ_PERCPU 0
#endif

#endif /* _MAP_COMPAT_H */
