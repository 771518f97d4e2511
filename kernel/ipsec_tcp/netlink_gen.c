// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ipsec_tcp.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/ipsec_tcp.h>

/* Integer value ranges */
static const struct netlink_range_validation ipsec_tcp_a_peer_queue_limit_range = {
	.min	= 65536ULL,
	.max	= 67108864ULL,
};

static const struct netlink_range_validation ipsec_tcp_a_peer_idle_timeout_range = {
	.max	= 604800ULL,
};

static const struct netlink_range_validation ipsec_tcp_a_peer_max_connections_range = {
	.min	= 1ULL,
	.max	= 65536ULL,
};

/* Common nested types */
const struct nla_policy ipsec_tcp_peer_nl_policy[IPSEC_TCP_A_PEER_UNPROVEN + 1] = {
	[IPSEC_TCP_A_PEER_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPSEC_TCP_A_PEER_ROLE] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_TCP_A_PEER_REMOTE_IPV4] = { .type = NLA_U32, },
	[IPSEC_TCP_A_PEER_REMOTE_IPV6] = NLA_POLICY_EXACT_LEN(16),
	[IPSEC_TCP_A_PEER_REMOTE_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[IPSEC_TCP_A_PEER_UDP_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[IPSEC_TCP_A_PEER_LOCAL_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[IPSEC_TCP_A_PEER_QUEUE_LIMIT] = NLA_POLICY_FULL_RANGE(NLA_U32, &ipsec_tcp_a_peer_queue_limit_range),
	[IPSEC_TCP_A_PEER_PREFIX_TIMEOUT] = NLA_POLICY_RANGE(NLA_U16, 1, 300),
	[IPSEC_TCP_A_PEER_IDLE_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &ipsec_tcp_a_peer_idle_timeout_range),
	[IPSEC_TCP_A_PEER_MAX_CONNECTIONS] = NLA_POLICY_FULL_RANGE(NLA_U32, &ipsec_tcp_a_peer_max_connections_range),
	[IPSEC_TCP_A_PEER_CONNECTIONS] = { .type = NLA_U32, },
	[IPSEC_TCP_A_PEER_ESP] = NLA_POLICY_MAX(NLA_U8, 1),
	[IPSEC_TCP_A_PEER_PROOF_TIMEOUT] = NLA_POLICY_RANGE(NLA_U16, 1, 300),
	[IPSEC_TCP_A_PEER_UNPROVEN] = { .type = NLA_U32, },
};

/* Global operation policy for ipsec_tcp */
const struct nla_policy ipsec_tcp_nl_policy[IPSEC_TCP_A_ID + 1] = {
	[IPSEC_TCP_A_PEER] = NLA_POLICY_NESTED(ipsec_tcp_peer_nl_policy),
	[IPSEC_TCP_A_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* Ops table for ipsec_tcp */
const struct genl_small_ops ipsec_tcp_nl_ops[6] = {
	{
		.cmd	= IPSEC_TCP_CMD_PEER_ADD,
		.doit	= ipsec_tcp_nl_peer_add_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= IPSEC_TCP_CMD_PEER_SET,
		.doit	= ipsec_tcp_nl_peer_set_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= IPSEC_TCP_CMD_PEER_DEL,
		.doit	= ipsec_tcp_nl_peer_del_doit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= IPSEC_TCP_CMD_PEER_GET,
		.doit	= ipsec_tcp_nl_peer_get_doit,
		.dumpit	= ipsec_tcp_nl_peer_get_dumpit,
	},
	{
		.cmd	= IPSEC_TCP_CMD_CONN_GET,
		.dumpit	= ipsec_tcp_nl_conn_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd	= IPSEC_TCP_CMD_STATS_GET,
		.doit	= ipsec_tcp_nl_stats_get_doit,
		.dumpit	= ipsec_tcp_nl_stats_get_dumpit,
	},
};

const struct genl_multicast_group ipsec_tcp_nl_mcgrps[1] = {
	[IPSEC_TCP_NLGRP_EVENTS] = { "events", GENL_MCAST_CAP_NET_ADMIN, },
};
