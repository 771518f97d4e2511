/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipsec_tcp.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_IPSEC_TCP_GEN_H
#define _LINUX_IPSEC_TCP_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/ipsec_tcp.h>

/* Common nested types */
extern const struct nla_policy ipsec_tcp_peer_nl_policy[IPSEC_TCP_A_PEER_UNPROVEN + 1];

/* Global operation policy for ipsec_tcp */
extern const struct nla_policy ipsec_tcp_nl_policy[IPSEC_TCP_A_ID + 1];

/* Ops table for ipsec_tcp */
extern const struct genl_small_ops ipsec_tcp_nl_ops[6];

int ipsec_tcp_nl_peer_add_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_tcp_nl_peer_set_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_tcp_nl_peer_del_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_tcp_nl_peer_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_tcp_nl_peer_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int ipsec_tcp_nl_conn_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int ipsec_tcp_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int ipsec_tcp_nl_stats_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);

extern const struct genl_multicast_group ipsec_tcp_nl_mcgrps[1];

enum {
	IPSEC_TCP_NLGRP_EVENTS,
};

#endif /* _LINUX_IPSEC_TCP_GEN_H */
