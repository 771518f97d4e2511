// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/map.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/map.h>

/* Common nested types */
const struct nla_policy map_flow_nl_policy[MAP_A_FLOW_DROP + 1] = {
	[MAP_A_FLOW_SADDR] = { .type = NLA_U32, },
	[MAP_A_FLOW_DADDR] = { .type = NLA_U32, },
	[MAP_A_FLOW_SPORT] = { .type = NLA_U16, },
	[MAP_A_FLOW_DPORT] = { .type = NLA_U16, },
	[MAP_A_FLOW_PROTO] = { .type = NLA_U8, },
	[MAP_A_FLOW_IPV6_SRC] = NLA_POLICY_EXACT_LEN(16),
	[MAP_A_FLOW_IPV6_DST] = NLA_POLICY_EXACT_LEN(16),
	[MAP_A_FLOW_RULE] = NLA_POLICY_NESTED(map_rule_nl_policy),
	[MAP_A_FLOW_DROP] = { .type = NLA_U32, },
};

const struct nla_policy map_rule_nl_policy[MAP_A_RULE_IID + 1] = {
	[MAP_A_RULE_TYPE] = NLA_POLICY_MAX(NLA_U8, 3),
	[MAP_A_RULE_IPV6] = NLA_POLICY_EXACT_LEN(16),
	[MAP_A_RULE_IPV6_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[MAP_A_RULE_IPV4] = { .type = NLA_U32, },
	[MAP_A_RULE_IPV4_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[MAP_A_RULE_EA_LEN] = NLA_POLICY_MAX(NLA_U8, 48),
	[MAP_A_RULE_PSID_OFFSET] = NLA_POLICY_MAX(NLA_U8, 16),
	[MAP_A_RULE_PSID_LEN] = NLA_POLICY_MAX(NLA_U8, 16),
	[MAP_A_RULE_PSID] = { .type = NLA_U16, },
	[MAP_A_RULE_FMR] = { .type = NLA_FLAG, },
	[MAP_A_RULE_IID] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* Global operation policy for map */
const struct nla_policy map_nl_policy[MAP_A_FLOW + 1] = {
	[MAP_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[MAP_A_RULE] = NLA_POLICY_NESTED(map_rule_nl_policy),
	[MAP_A_FLOW] = NLA_POLICY_NESTED(map_flow_nl_policy),
};

/* Ops table for map */
const struct genl_small_ops map_nl_ops[9] = {
	{
		.cmd	= MAP_CMD_RULE_ADD,
		.doit	= map_nl_rule_add_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= MAP_CMD_RULE_DEL,
		.doit	= map_nl_rule_del_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= MAP_CMD_RULE_GET,
		.dumpit	= map_nl_rule_get_dumpit,
	},
	{
		.cmd	= MAP_CMD_RULE_FLUSH,
		.doit	= map_nl_rule_flush_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= MAP_CMD_RULE_REPLACE,
		.doit	= map_nl_rule_replace_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= MAP_CMD_STATE_GET,
		.doit	= map_nl_state_get_doit,
		.dumpit	= map_nl_state_get_dumpit,
	},
	{
		.cmd	= MAP_CMD_STATS_GET,
		.doit	= map_nl_stats_get_doit,
		.dumpit	= map_nl_stats_get_dumpit,
	},
	{
		.cmd	= MAP_CMD_FLOW_GET,
		.doit	= map_nl_flow_get_doit,
	},
	{
		.cmd	= MAP_CMD_PORTS_GET,
		.doit	= map_nl_ports_get_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
};

const struct genl_multicast_group map_nl_mcgrps[1] = {
	[MAP_NLGRP_EVENTS] = { "events", },
};
