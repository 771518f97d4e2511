/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/map.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_MAP_GEN_H
#define _LINUX_MAP_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/map.h>

/* Common nested types */
extern const struct nla_policy map_flow_nl_policy[MAP_A_FLOW_DROP + 1];
extern const struct nla_policy map_rule_nl_policy[MAP_A_RULE_IID + 1];

/* Global operation policy for map */
extern const struct nla_policy map_nl_policy[MAP_A_FLOW + 1];

/* Ops table for map */
extern const struct genl_small_ops map_nl_ops[9];

int map_nl_rule_add_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int map_nl_rule_flush_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_rule_replace_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_state_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int map_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int map_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int map_nl_ports_get_doit(struct sk_buff *skb, struct genl_info *info);

extern const struct genl_multicast_group map_nl_mcgrps[1];

enum {
	MAP_NLGRP_EVENTS,
};

#endif /* _LINUX_MAP_GEN_H */
