// SPDX-License-Identifier: GPL-2.0
/* Generic netlink family "ipsec_tcp": peers, connections and counters. Each
 * request holds the lock of its namespace.
 */

#include <linux/module.h>
#include <linux/sock_diag.h>
#include <net/genetlink.h>
#include <net/ipv6.h>

#include "compat.h"
#include "control.h"
#include "fake.h"
#include "ipsec_tcp.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "peer.h"

static struct genl_family ipsec_tcp_nl_family;

/* Bits before the IPv4 address in an IPv4-mapped address. */
#define NL_MAPPED_BITS	96

/**
 * struct nl_header - header of a message
 * @portid: receiver
 * @seq: of the request
 * @flags: NLM_F_*
 * @cmd: IPSEC_TCP_CMD_*
 * @cb: the dump that the message is part of, or NULL
 */
struct nl_header {
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
	struct netlink_callback *cb;
};

/* Puts the attributes of an object. */
typedef int nl_put_fn(struct sk_buff *skb, const void *data);

/* Messages */

static int ipsec_tcp_nl_put_addr(struct sk_buff *skb, int attr4, int attr6,
				 const struct in6_addr *addr)
{
	if (ipv6_addr_v4mapped(addr))
		return nla_put_in_addr(skb, attr4, addr->s6_addr32[3]);
	return nla_put_in6_addr(skb, attr6, addr);
}

static int ipsec_tcp_nl_put_settings(struct sk_buff *skb,
				     const struct ipsec_tcp_settings *set)
{
	bool originator = set->role == IPSEC_TCP_ROLE_ORIGINATOR;
	u8 len = set->remote_len;

	if (ipv6_addr_v4mapped(&set->remote))
		len -= NL_MAPPED_BITS;
	if (nla_put_u32(skb, IPSEC_TCP_A_PEER_ID, set->id) ||
	    nla_put_u8(skb, IPSEC_TCP_A_PEER_ROLE, set->role) ||
	    ipsec_tcp_nl_put_addr(skb, IPSEC_TCP_A_PEER_REMOTE_IPV4,
				  IPSEC_TCP_A_PEER_REMOTE_IPV6, &set->remote) ||
	    nla_put_u8(skb, IPSEC_TCP_A_PEER_REMOTE_LEN, len) ||
	    (originator && nla_put_u16(skb, IPSEC_TCP_A_PEER_UDP_PORT,
				       ntohs(set->udp_port))) ||
	    nla_put_u16(skb, IPSEC_TCP_A_PEER_LOCAL_PORT,
			ntohs(set->local_port)) ||
	    nla_put_u32(skb, IPSEC_TCP_A_PEER_QUEUE_LIMIT, set->queue_limit) ||
	    nla_put_u16(skb, IPSEC_TCP_A_PEER_PREFIX_TIMEOUT,
			set->prefix_timeout) ||
	    nla_put_u32(skb, IPSEC_TCP_A_PEER_IDLE_TIMEOUT,
			set->idle_timeout) ||
	    nla_put_u32(skb, IPSEC_TCP_A_PEER_MAX_CONNECTIONS,
			set->max_connections) ||
	    nla_put_u8(skb, IPSEC_TCP_A_PEER_ESP, set->esp) ||
	    nla_put_u16(skb, IPSEC_TCP_A_PEER_PROOF_TIMEOUT,
			set->proof_timeout))
		return -EMSGSIZE;
	return 0;
}

static int ipsec_tcp_nl_put_peer(struct sk_buff *skb, const void *data)
{
	const struct ipsec_tcp_peer *peer = data;
	struct nlattr *nest;

	nest = nla_nest_start(skb, IPSEC_TCP_A_PEER);
	if (!nest)
		return -EMSGSIZE;
	if (ipsec_tcp_nl_put_settings(skb, &peer->set) ||
	    nla_put_u32(skb, IPSEC_TCP_A_PEER_CONNECTIONS, peer->conns) ||
	    nla_put_u32(skb, IPSEC_TCP_A_PEER_UNPROVEN, peer->unproven)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int ipsec_tcp_nl_put_conn_ends(struct sk_buff *skb,
				      const struct ipsec_tcp_conn *conn)
{
	if (ipsec_tcp_nl_put_addr(skb, IPSEC_TCP_A_CONN_LOCAL_IPV4,
				  IPSEC_TCP_A_CONN_LOCAL_IPV6, &conn->local) ||
	    nla_put_u16(skb, IPSEC_TCP_A_CONN_LOCAL_PORT,
			ntohs(conn->local_port)) ||
	    ipsec_tcp_nl_put_addr(skb, IPSEC_TCP_A_CONN_REMOTE_IPV4,
				  IPSEC_TCP_A_CONN_REMOTE_IPV6,
				  &conn->remote) ||
	    nla_put_u16(skb, IPSEC_TCP_A_CONN_REMOTE_PORT,
			ntohs(conn->remote_port)) ||
	    nla_put_u16(skb, IPSEC_TCP_A_CONN_UDP_PORT,
			ntohs(READ_ONCE(conn->udp_port))))
		return -EMSGSIZE;
	return 0;
}

static u32 ipsec_tcp_nl_seconds_since(unsigned long when)
{
	return (jiffies - when) / HZ;
}

static int ipsec_tcp_nl_put_conn_state(struct sk_buff *skb,
				       const struct ipsec_tcp_conn *conn)
{
	const struct ipsec_tcp_queue *queue = &conn->queue;

	if (nla_put_u8(skb, IPSEC_TCP_A_CONN_STATE, READ_ONCE(conn->state)) ||
	    nla_put_u32(skb, IPSEC_TCP_A_CONN_QUEUED_IKE,
			skb_queue_len_lockless(&queue->ike)) ||
	    nla_put_u32(skb, IPSEC_TCP_A_CONN_QUEUED_ESP,
			skb_queue_len_lockless(&queue->esp)) ||
	    nla_put_u32(skb, IPSEC_TCP_A_CONN_QUEUED_MEMORY,
			READ_ONCE(queue->esp_mem)) ||
	    nla_put_u32(skb, IPSEC_TCP_A_CONN_AGE,
			ipsec_tcp_nl_seconds_since(conn->start)) ||
	    nla_put_u32(skb, IPSEC_TCP_A_CONN_IDLE,
			ipsec_tcp_nl_seconds_since(READ_ONCE(conn->last_rx))) ||
	    nla_put_u8(skb, IPSEC_TCP_A_CONN_ESP,
		       ipsec_tcp_fake_may(conn) ? IPSEC_TCP_ESP_MODE_FAKE_TCP :
						  IPSEC_TCP_ESP_MODE_TCP) ||
	    nla_put_u8(skb, IPSEC_TCP_A_CONN_PROVEN,
		       READ_ONCE(conn->proof.proven)))
		return -EMSGSIZE;
	if (conn->state == IPSEC_TCP_CONN_STATE_CLOSED &&
	    nla_put_u8(skb, IPSEC_TCP_A_CONN_REASON, conn->reason))
		return -EMSGSIZE;
	return 0;
}

static int ipsec_tcp_nl_put_conn_cookie(struct sk_buff *skb,
					const struct ipsec_tcp_conn *conn)
{
	u32 cookie[2];

	sock_diag_save_cookie(conn->sk, cookie);
	return nla_put_u64_64bit(skb, IPSEC_TCP_A_CONN_COOKIE,
				 cookie[0] | (u64)cookie[1] << 32,
				 IPSEC_TCP_A_CONN_PAD);
}

static int ipsec_tcp_nl_put_conn(struct sk_buff *skb, const void *data)
{
	const struct ipsec_tcp_conn *conn = data;
	struct nlattr *nest;

	nest = nla_nest_start(skb, IPSEC_TCP_A_CONN);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, IPSEC_TCP_A_CONN_ID, conn->id) ||
	    (conn->peer &&
	     nla_put_u32(skb, IPSEC_TCP_A_CONN_PEER_ID, conn->peer->set.id)) ||
	    ipsec_tcp_nl_put_conn_cookie(skb, conn) ||
	    nla_put_u8(skb, IPSEC_TCP_A_CONN_ROLE, conn->role) ||
	    ipsec_tcp_nl_put_conn_ends(skb, conn) ||
	    ipsec_tcp_nl_put_conn_state(skb, conn)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int
ipsec_tcp_nl_put_counters(struct sk_buff *skb,
			  const struct ipsec_tcp_stats __percpu *stats)
{
	u64 sum[__IPSEC_TCP_A_STATS_MAX];
	struct nlattr *nest;
	int i;

	nest = nla_nest_start(skb, IPSEC_TCP_A_STATS);
	if (!nest)
		return -EMSGSIZE;
	ipsec_tcp_stats_sum(stats, sum);
	for (i = IPSEC_TCP_A_STATS_PAD + 1; i <= IPSEC_TCP_A_STATS_MAX; i++) {
		if (nla_put_u64_64bit(skb, i, sum[i], IPSEC_TCP_A_STATS_PAD)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int ipsec_tcp_nl_put_peer_stats(struct sk_buff *skb, const void *data)
{
	const struct ipsec_tcp_peer *peer = data;

	if (nla_put_u32(skb, IPSEC_TCP_A_ID, peer->set.id))
		return -EMSGSIZE;
	return ipsec_tcp_nl_put_counters(skb, peer->stats);
}

static int ipsec_tcp_nl_put_net_stats(struct sk_buff *skb, const void *data)
{
	const struct ipsec_tcp_net *tn = data;

	return ipsec_tcp_nl_put_counters(skb, tn->stats);
}

static int ipsec_tcp_nl_put_id(struct sk_buff *skb, const void *data)
{
	return nla_put_u32(skb, IPSEC_TCP_A_ID, *(const u32 *)data);
}

static int ipsec_tcp_nl_build(struct sk_buff *skb, const struct nl_header *to,
			      nl_put_fn *put, const void *data)
{
	void *header;

	header = genlmsg_put(skb, to->portid, to->seq, &ipsec_tcp_nl_family,
			     to->flags, to->cmd);
	if (!header)
		return -EMSGSIZE;
	if (to->cb)
		genl_dump_check_consistent(to->cb, header);
	if (put(skb, data)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int ipsec_tcp_nl_reply(struct genl_info *info, nl_put_fn *put,
			      const void *data)
{
	const struct nl_header to = {
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
	};
	struct sk_buff *skb;
	int err;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	err = ipsec_tcp_nl_build(skb, &to, put, data);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

static void ipsec_tcp_nl_event(struct net *net, const struct nl_header *to,
			       nl_put_fn *put, const void *data)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&ipsec_tcp_nl_family, net,
				IPSEC_TCP_NLGRP_EVENTS))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		goto lost;
	if (ipsec_tcp_nl_build(skb, to, put, data)) {
		nlmsg_free(skb);
		goto lost;
	}
	genlmsg_multicast_netns(&ipsec_tcp_nl_family, net, skb, 0,
				IPSEC_TCP_NLGRP_EVENTS, GFP_KERNEL);
	return;

lost:
	genl_set_err(&ipsec_tcp_nl_family, net, 0, IPSEC_TCP_NLGRP_EVENTS,
		     -ENOBUFS);
}

static void ipsec_tcp_nl_changed(struct genl_info *info, nl_put_fn *put,
				 const void *data)
{
	const struct nl_header to = {
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
	};

	ipsec_tcp_nl_event(genl_info_net(info), &to, put, data);
}

/**
 * ipsec_tcp_netlink_conn - send an event of a connection
 * @conn: the connection, its namespace locked
 * @cmd: IPSEC_TCP_CMD_CONN_NEW, IPSEC_TCP_CMD_CONN_DEL or
 *	IPSEC_TCP_CMD_CONN_RENEW
 */
void ipsec_tcp_netlink_conn(struct ipsec_tcp_conn *conn, int cmd)
{
	const struct nl_header to = { .cmd = cmd };

	ipsec_tcp_nl_event(conn->tn->net, &to, ipsec_tcp_nl_put_conn, conn);
}

/* Requests */

/* The family has one policy for all commands. Each command lists its
 * attributes; none may occur twice.
 */
static int ipsec_tcp_nl_check_attrs(const struct nlmsghdr *nlh, u32 may,
				    struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		u32 bit = BIT(nla_type(attr));

		if (!(may & bit)) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "attribute is there twice, or does not belong to this command");
			return -EINVAL;
		}
		may &= ~bit;
	}
	return 0;
}

static struct ipsec_tcp_peer *ipsec_tcp_nl_find(struct ipsec_tcp_net *tn,
						const struct nlattr *attr,
						struct netlink_ext_ack *extack)
{
	struct ipsec_tcp_peer *peer;

	peer = ipsec_tcp_peer_find(tn, nla_get_u32(attr));
	if (!peer) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "id: there is no such peer");
		return ERR_PTR(-ENOENT);
	}
	return peer;
}

/* Call @act with the namespace locked, and with the peer that the request
 * names.
 */
static int ipsec_tcp_nl_do(struct genl_info *info, u32 may, u32 need,
			   int (*act)(struct ipsec_tcp_net *tn,
				      struct genl_info *info,
				      struct ipsec_tcp_peer *peer))
{
	struct ipsec_tcp_net *tn = ipsec_tcp_net(genl_info_net(info));
	struct ipsec_tcp_peer *peer = NULL;
	int err;

	err = ipsec_tcp_nl_check_attrs(info->nlhdr, may, info->extack);
	if (err)
		return err;
	if (need && !info->attrs[need]) {
		if (need == IPSEC_TCP_A_ID)
			GENL_SET_ERR_MSG(info, "id is missing");
		else
			GENL_SET_ERR_MSG(info, "peer is missing");
		return -EINVAL;
	}
	mutex_lock(&tn->lock);
	if (info->attrs[IPSEC_TCP_A_ID])
		peer = ipsec_tcp_nl_find(tn, info->attrs[IPSEC_TCP_A_ID],
					 info->extack);
	err = IS_ERR(peer) ? PTR_ERR(peer) : act(tn, info, peer);
	mutex_unlock(&tn->lock);
	return err;
}

/* Settings */

#define NL_REFUSE(extack, attr, text) ({				\
	NL_SET_ERR_MSG_ATTR(extack, attr, text);			\
	-EINVAL;							\
})

static int ipsec_tcp_nl_parse_remote(struct nlattr **tb,
				     const struct nlattr *nest,
				     struct ipsec_tcp_settings *set,
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr4 = tb[IPSEC_TCP_A_PEER_REMOTE_IPV4];
	const struct nlattr *attr6 = tb[IPSEC_TCP_A_PEER_REMOTE_IPV6];

	set->remote_len = 128;
	if (!attr4 == !attr6)
		return NL_REFUSE(extack, attr6 ?: nest,
				 "one of remote-ipv4 and remote-ipv6 has to be there");
	if (attr4)
		ipv6_addr_set_v4mapped(nla_get_in_addr(attr4), &set->remote);
	else
		set->remote = nla_get_in6_addr(attr6);
	if (attr6 && ipv6_addr_v4mapped(&set->remote))
		return NL_REFUSE(extack, attr6,
				 "remote-ipv6: use remote-ipv4 for IPv4");
	return 0;
}

static int ipsec_tcp_nl_parse_remote_len(const struct nlattr *attr,
					 struct ipsec_tcp_settings *set,
					 struct netlink_ext_ack *extack)
{
	bool mapped = ipv6_addr_v4mapped(&set->remote);
	struct in6_addr prefix;
	u8 len;

	if (!attr)
		return 0;
	len = nla_get_u8(attr);
	if (set->role != IPSEC_TCP_ROLE_RESPONDER)
		return NL_REFUSE(extack, attr,
				 "remote-len: an originator's peer has one address");
	if (mapped && len > 32)
		return NL_REFUSE(extack, attr, "remote-len: 32 at most");
	set->remote_len = mapped ? len + NL_MAPPED_BITS : len;
	ipv6_addr_prefix(&prefix, &set->remote, set->remote_len);
	if (!ipv6_addr_equal(&prefix, &set->remote))
		return NL_REFUSE(extack, attr,
				 "remote-len: the address has bits after the prefix");
	return 0;
}

/* The peer of an originator is a single host. */
static bool ipsec_tcp_nl_bad_remote(const struct ipsec_tcp_settings *set)
{
	__be32 addr4 = set->remote.s6_addr32[3];

	if (set->role == IPSEC_TCP_ROLE_RESPONDER)
		return false;
	if (ipv6_addr_v4mapped(&set->remote))
		return ipv4_is_zeronet(addr4) || ipv4_is_multicast(addr4) ||
		       ipv4_is_lbcast(addr4);
	return ipv6_addr_any(&set->remote) ||
	       ipv6_addr_is_multicast(&set->remote);
}

/* Settings that do not change during the life of a peer. */
static int ipsec_tcp_nl_parse_identity(struct nlattr **tb,
				       const struct nlattr *nest,
				       struct ipsec_tcp_settings *set,
				       struct netlink_ext_ack *extack)
{
	const struct nlattr *udp = tb[IPSEC_TCP_A_PEER_UDP_PORT];
	int err;

	if (!tb[IPSEC_TCP_A_PEER_ROLE])
		return NL_REFUSE(extack, nest, "role is missing");
	set->role = nla_get_u8(tb[IPSEC_TCP_A_PEER_ROLE]);
	err = ipsec_tcp_nl_parse_remote(tb, nest, set, extack);
	if (err)
		return err;
	err = ipsec_tcp_nl_parse_remote_len(tb[IPSEC_TCP_A_PEER_REMOTE_LEN],
					    set, extack);
	if (err)
		return err;
	if (ipsec_tcp_nl_bad_remote(set))
		return NL_REFUSE(extack, nest,
				 "remote: nobody can have this address");
	if (!udp)
		return 0;
	if (set->role != IPSEC_TCP_ROLE_ORIGINATOR)
		return NL_REFUSE(extack, udp,
				 "udp-port: a responder's peer has its TCP port");
	if (nla_get_u16(udp) == IPSEC_TCP_UDP_IKE)
		return NL_REFUSE(extack, udp,
				 "udp-port: 500 is without the non-ESP marker");
	set->udp_port = htons(nla_get_u16(udp));
	return 0;
}

static int ipsec_tcp_nl_parse_limits(struct nlattr **tb,
				     struct ipsec_tcp_settings *set,
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;

	attr = tb[IPSEC_TCP_A_PEER_LOCAL_PORT];
	if (attr && nla_get_u16(attr) == IPSEC_TCP_UDP_IKE)
		return NL_REFUSE(extack, attr,
				 "local-port: 500 is without the non-ESP marker");
	if (attr)
		WRITE_ONCE(set->local_port, htons(nla_get_u16(attr)));
	attr = tb[IPSEC_TCP_A_PEER_QUEUE_LIMIT];
	if (attr)
		WRITE_ONCE(set->queue_limit, nla_get_u32(attr));
	attr = tb[IPSEC_TCP_A_PEER_PREFIX_TIMEOUT];
	if (attr)
		WRITE_ONCE(set->prefix_timeout, nla_get_u16(attr));
	attr = tb[IPSEC_TCP_A_PEER_PROOF_TIMEOUT];
	if (attr)
		WRITE_ONCE(set->proof_timeout, nla_get_u16(attr));
	attr = tb[IPSEC_TCP_A_PEER_IDLE_TIMEOUT];
	if (attr)
		WRITE_ONCE(set->idle_timeout, nla_get_u32(attr));
	attr = tb[IPSEC_TCP_A_PEER_MAX_CONNECTIONS];
	if (attr)
		set->max_connections = nla_get_u32(attr);
	return 0;
}

/* The attributes of the peer, each once, and the id among them. */
static int ipsec_tcp_nl_parse_peer(struct nlattr **tb, struct genl_info *info)
{
	const struct nlattr *nest = info->attrs[IPSEC_TCP_A_PEER];
	const struct nlattr *attr;
	int err, rem;

	err = nla_parse_nested(tb, IPSEC_TCP_A_PEER_MAX, nest,
			       ipsec_tcp_peer_nl_policy, info->extack);
	if (err)
		return err;
	nla_for_each_nested(attr, nest, rem) {
		if (tb[nla_type(attr)] != attr)
			return NL_REFUSE(info->extack, tb[nla_type(attr)],
					 "attribute is there twice");
	}
	if (!tb[IPSEC_TCP_A_PEER_ID])
		return NL_REFUSE(info->extack, nest, "id is missing");
	if (tb[IPSEC_TCP_A_PEER_CONNECTIONS])
		return NL_REFUSE(info->extack,
				 tb[IPSEC_TCP_A_PEER_CONNECTIONS],
				 "connections cannot be set");
	if (tb[IPSEC_TCP_A_PEER_UNPROVEN])
		return NL_REFUSE(info->extack, tb[IPSEC_TCP_A_PEER_UNPROVEN],
				 "unproven cannot be set");
	return 0;
}

/* Commands */

static int ipsec_tcp_nl_peer_add(struct ipsec_tcp_net *tn,
				 struct genl_info *info,
				 struct ipsec_tcp_peer *unused)
{
	struct nlattr *tb[IPSEC_TCP_A_PEER_MAX + 1];
	struct ipsec_tcp_settings set = {
		.udp_port = htons(IPSEC_TCP_UDP_NATT),
		.local_port = htons(IPSEC_TCP_UDP_NATT),
		.queue_limit = IPSEC_TCP_DEFAULT_QUEUE_LIMIT,
		.prefix_timeout = IPSEC_TCP_DEFAULT_PREFIX_TIMEOUT,
		.proof_timeout = IPSEC_TCP_DEFAULT_PROOF_TIMEOUT,
		.idle_timeout = IPSEC_TCP_DEFAULT_IDLE_TIMEOUT,
		.max_connections = IPSEC_TCP_DEFAULT_MAX_CONNECTIONS,
	};
	struct ipsec_tcp_peer *peer;
	int err;

	err = ipsec_tcp_nl_parse_peer(tb, info);
	if (!err)
		err = ipsec_tcp_nl_parse_identity(tb,
						  info->attrs[IPSEC_TCP_A_PEER],
						  &set, info->extack);
	if (!err)
		err = ipsec_tcp_nl_parse_limits(tb, &set, info->extack);
	if (err)
		return err;
	set.id = nla_get_u32(tb[IPSEC_TCP_A_PEER_ID]);
	if (tb[IPSEC_TCP_A_PEER_ESP])
		set.esp = nla_get_u8(tb[IPSEC_TCP_A_PEER_ESP]);
	if (ipsec_tcp_peer_find(tn, set.id)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[IPSEC_TCP_A_PEER_ID],
				    "id: there is such a peer already");
		return -EEXIST;
	}
	if (ipsec_tcp_peer_same(tn, &set)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[IPSEC_TCP_A_PEER],
				    "remote: another peer has this address and udp-port");
		return -EEXIST;
	}
	peer = ipsec_tcp_control_add(tn, &set);
	if (peer == ERR_PTR(-ENOSPC))
		GENL_SET_ERR_MSG(info, "the namespace has too many peers");
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	ipsec_tcp_nl_changed(info, ipsec_tcp_nl_put_peer, peer);
	return 0;
}

int ipsec_tcp_nl_peer_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipsec_tcp_nl_do(info, BIT(IPSEC_TCP_A_PEER), IPSEC_TCP_A_PEER,
			       ipsec_tcp_nl_peer_add);
}

static int ipsec_tcp_nl_check_fixed(struct nlattr **tb,
				    struct netlink_ext_ack *extack)
{
	static const u8 fixed[] = {
		IPSEC_TCP_A_PEER_ROLE, IPSEC_TCP_A_PEER_REMOTE_IPV4,
		IPSEC_TCP_A_PEER_REMOTE_IPV6, IPSEC_TCP_A_PEER_REMOTE_LEN,
		IPSEC_TCP_A_PEER_UDP_PORT,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (tb[fixed[i]])
			return NL_REFUSE(extack, tb[fixed[i]],
					 "role, address and udp-port of a peer cannot change");
	}
	return 0;
}

/* All settings are checked before one is changed. */
static int ipsec_tcp_nl_set(struct ipsec_tcp_net *tn,
			    struct ipsec_tcp_peer *peer, struct nlattr **tb,
			    struct netlink_ext_ack *extack)
{
	struct ipsec_tcp_settings trial = peer->set;
	int err;

	err = ipsec_tcp_nl_parse_limits(tb, &trial, extack);
	if (!err && tb[IPSEC_TCP_A_PEER_ESP])
		err = ipsec_tcp_control_set_esp(tn, peer,
						nla_get_u8(tb[IPSEC_TCP_A_PEER_ESP]));
	return err ?: ipsec_tcp_nl_parse_limits(tb, &peer->set, extack);
}

static int ipsec_tcp_nl_peer_set(struct ipsec_tcp_net *tn,
				 struct genl_info *info,
				 struct ipsec_tcp_peer *unused)
{
	struct nlattr *tb[IPSEC_TCP_A_PEER_MAX + 1];
	struct ipsec_tcp_peer *peer;
	int err;

	err = ipsec_tcp_nl_parse_peer(tb, info) ?:
		      ipsec_tcp_nl_check_fixed(tb, info->extack);
	if (err)
		return err;
	peer = ipsec_tcp_nl_find(tn, tb[IPSEC_TCP_A_PEER_ID], info->extack);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	err = ipsec_tcp_nl_set(tn, peer, tb, info->extack);
	if (err)
		return err;
	ipsec_tcp_control_limits(tn, peer);
	tn->generation++;
	ipsec_tcp_nl_changed(info, ipsec_tcp_nl_put_peer, peer);
	return 0;
}

int ipsec_tcp_nl_peer_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipsec_tcp_nl_do(info, BIT(IPSEC_TCP_A_PEER), IPSEC_TCP_A_PEER,
			       ipsec_tcp_nl_peer_set);
}

static int ipsec_tcp_nl_peer_del(struct ipsec_tcp_net *tn,
				 struct genl_info *info,
				 struct ipsec_tcp_peer *peer)
{
	u32 id = peer->set.id;

	ipsec_tcp_control_del(tn, peer);
	ipsec_tcp_nl_changed(info, ipsec_tcp_nl_put_id, &id);
	return 0;
}

int ipsec_tcp_nl_peer_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipsec_tcp_nl_do(info, BIT(IPSEC_TCP_A_ID), IPSEC_TCP_A_ID,
			       ipsec_tcp_nl_peer_del);
}

static int ipsec_tcp_nl_peer_get(struct ipsec_tcp_net *tn,
				 struct genl_info *info,
				 struct ipsec_tcp_peer *peer)
{
	return ipsec_tcp_nl_reply(info, ipsec_tcp_nl_put_peer, peer);
}

int ipsec_tcp_nl_peer_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipsec_tcp_nl_do(info, BIT(IPSEC_TCP_A_ID), IPSEC_TCP_A_ID,
			       ipsec_tcp_nl_peer_get);
}

static int ipsec_tcp_nl_stats_get(struct ipsec_tcp_net *tn,
				  struct genl_info *info,
				  struct ipsec_tcp_peer *peer)
{
	if (!peer)
		return ipsec_tcp_nl_reply(info, ipsec_tcp_nl_put_net_stats, tn);
	return ipsec_tcp_nl_reply(info, ipsec_tcp_nl_put_peer_stats, peer);
}

int ipsec_tcp_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return ipsec_tcp_nl_do(info, BIT(IPSEC_TCP_A_ID), 0,
			       ipsec_tcp_nl_stats_get);
}

/* Dumps */

/**
 * struct nl_cursor - progress of a dump, in cb->ctx
 * @next: id of the next object
 * @peer: id of the peer whose objects are dumped, or 0 for all
 */
struct nl_cursor {
	u32 next;
	u32 peer;
};

typedef int nl_dump_fn(struct sk_buff *skb, struct ipsec_tcp_net *tn,
		       const struct nl_header *to, struct nl_cursor *at,
		       nl_put_fn *put);

static int ipsec_tcp_nl_dump_peers(struct sk_buff *skb,
				   struct ipsec_tcp_net *tn,
				   const struct nl_header *to,
				   struct nl_cursor *at, nl_put_fn *put)
{
	struct ipsec_tcp_peer *peer;

	list_for_each_entry(peer, &tn->peers, list) {
		if (peer->set.id < at->next)
			continue;
		at->next = peer->set.id;
		if (ipsec_tcp_nl_build(skb, to, put, peer))
			return -EMSGSIZE;
		at->next++;
	}
	return 0;
}

static int ipsec_tcp_nl_dump_conns(struct sk_buff *skb,
				   struct ipsec_tcp_net *tn,
				   const struct nl_header *to,
				   struct nl_cursor *at, nl_put_fn *put)
{
	struct ipsec_tcp_conn *conn;

	list_for_each_entry(conn, &tn->conns, list) {
		if (conn->id < at->next ||
		    (at->peer &&
		     (!conn->peer || conn->peer->set.id != at->peer)))
			continue;
		at->next = conn->id;
		if (ipsec_tcp_nl_build(skb, to, put, conn))
			return -EMSGSIZE;
		at->next++;
	}
	return 0;
}

static int ipsec_tcp_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
			     u32 may, nl_dump_fn *dump, nl_put_fn *put)
{
	struct ipsec_tcp_net *tn = ipsec_tcp_net(sock_net(cb->skb->sk));
	struct nl_cursor *at = (struct nl_cursor *)cb->ctx;
	const struct nl_header to = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = ((struct genlmsghdr *)nlmsg_data(cb->nlh))->cmd,
		.cb = cb,
	};
	const struct nlattr *attr;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));

	err = ipsec_tcp_nl_check_attrs(cb->nlh, may, cb->extack);
	if (err)
		return err;
	attr = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, IPSEC_TCP_A_ID);
	if (attr)
		at->peer = nla_get_u32(attr);

	mutex_lock(&tn->lock);
	/* 0 would switch the check for consistency off. */
	cb->seq = tn->generation ?: 1;
	err = dump(skb, tn, &to, at, put);
	mutex_unlock(&tn->lock);
	return err && !skb->len ? err : skb->len;
}

int ipsec_tcp_nl_peer_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return ipsec_tcp_nl_dump(skb, cb, 0, ipsec_tcp_nl_dump_peers,
				 ipsec_tcp_nl_put_peer);
}

int ipsec_tcp_nl_stats_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	return ipsec_tcp_nl_dump(skb, cb, 0, ipsec_tcp_nl_dump_peers,
				 ipsec_tcp_nl_put_peer_stats);
}

int ipsec_tcp_nl_conn_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return ipsec_tcp_nl_dump(skb, cb, BIT(IPSEC_TCP_A_ID),
				 ipsec_tcp_nl_dump_conns,
				 ipsec_tcp_nl_put_conn);
}

/* resv_start_op is 0: the core checks the headers of all commands strictly. */
static struct genl_family ipsec_tcp_nl_family __ro_after_init = {
	.name = IPSEC_TCP_GENL_NAME,
	.version = IPSEC_TCP_GENL_VERSION,
	.maxattr = ARRAY_SIZE(ipsec_tcp_nl_policy) - 1,
	.policy = ipsec_tcp_nl_policy,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.small_ops = ipsec_tcp_nl_ops,
	.n_small_ops = ARRAY_SIZE(ipsec_tcp_nl_ops),
	.mcgrps = ipsec_tcp_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(ipsec_tcp_nl_mcgrps),
};

/**
 * ipsec_tcp_netlink_init - register the family
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_netlink_init(void)
{
	return genl_register_family(&ipsec_tcp_nl_family);
}

/**
 * ipsec_tcp_netlink_exit - unregister the family
 */
void ipsec_tcp_netlink_exit(void)
{
	genl_unregister_family(&ipsec_tcp_nl_family);
}

MODULE_ALIAS_GENL_FAMILY(IPSEC_TCP_GENL_NAME);
