/* SPDX-License-Identifier: GPL-2.0 */
/* What a map device consists of. */
#ifndef _MAP_H
#define _MAP_H

#include <linux/netdevice.h>
#include <linux/workqueue.h>
#include <net/gro_cells.h>
#include <net/inet_ecn.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "addr.h"

struct map_local;
struct map_reserve;
struct map_routes;
struct map_rules;
struct map_snat_claim;
struct map_snat_use;
struct map_stats;

/**
 * struct map_settings - what the IFLA_MAP_* attributes say
 * @local: own address of a BR or an ipip device; unspecified on a CE, whose
 *	address follows from rule and prefix
 * @remote: the other end of an ipip device
 * @prefix: end-user IPv6 prefix of a CE
 * @prefix_len: its length; 0 where there is none
 * @mode: enum map_mode
 * @role: enum map_role
 * @iid: enum map_iid, for rules that do not name their own
 * @fragment: enum map_fragment
 * @ipid: enum map_ipid
 * @snat: source NAT
 * @mss_clamp: TCP MSS clamping
 * @pmtudisc: follow the path MTU of the tunnel
 * @tclass_inherit: DSCP from the inner header
 * @tclass: traffic class where it is not inherited
 * @hoplimit: hop limit, 0 to inherit
 * @tos_inherit: MAP-T: DSCP of the IPv6 packet
 * @tos: MAP-T: type of service where it is not inherited
 * @udp_zero_checksum: enum map_udp_zero_checksum
 * @lowest_mtu: MAP-T: longest IPv6 packet that needs no DF
 * @icmp_source: MAP-T: source of errors from routers without IPv4 address, or
 *	0 for the default
 * @link: index of the lower device in the tunnel's namespace, or 0
 * @link_gone: that device has left the namespace, and another may have its
 *	index: there is no route. Written once, under the RTNL, in a state that
 *	is published; packets read it with READ_ONCE()
 */
struct map_settings {
	struct in6_addr local;
	struct in6_addr remote;
	struct in6_addr prefix;
	u8 prefix_len;
	u8 mode;
	u8 role;
	u8 iid;
	u8 fragment;
	u8 ipid;
	bool snat;
	bool mss_clamp;
	bool pmtudisc;
	bool tclass_inherit;
	u8 tclass;
	u8 hoplimit;
	bool tos_inherit;
	u8 tos;
	u8 udp_zero_checksum;
	u16 lowest_mtu;
	__be32 icmp_source;
	int link;
	bool link_gone;
};

/**
 * map_dsfield - traffic class or TOS of the header that is written
 * @inherit: the DSCP of the one that was there stays
 * @fixed: else this one
 * @had: traffic class or TOS that was there
 *
 * The DSCP is the operator's choice (RFC 2983), the ECN field is not: it is
 * copied, whatever it is (RFC 6040, section 4.1, normal mode; RFC 7915,
 * sections 4.1 and 5.1).
 */
static inline u8 map_dsfield(bool inherit, u8 fixed, u8 had)
{
	u8 dscp = inherit ? had : fixed;

	return (dscp & ~INET_ECN_MASK) | (had & INET_ECN_MASK);
}

/**
 * struct map_state - all that the packet path reads
 * @set: the settings
 * @rules: the rules; owned by struct map_dev
 * @routes: cached IPv6 routes; owned by struct map_dev
 * @generation: differs from that of all other states that use @routes: what
 *	was looked up by another one is not to be used
 * @ready: addresses are known, packets can flow
 * @missing: what a device that is not ready lacks, as text
 * @bmr: copy of the Basic Mapping Rule in use, valid on a ready CE
 * @ce: CE: what follows from @bmr and the prefix
 * @local: own IPv6 address, source of the outer header
 * @remote: CE: the BR, or unspecified in a domain without one; ipip: the
 *	other end; MAP-T: the prefix that stands for all other IPv4 addresses
 * @remote_len: MAP-T: length of that prefix, or 0 without one
 *
 * A published state does not change, but for set.link_gone. map_state_update()
 * replaces it as a whole, under the RTNL; packets read it under RCU.
 */
struct map_state {
	struct map_settings set;
	const struct map_rules *rules;
	const struct map_routes *routes;
	u32 generation;
	bool ready;
	const char *missing;
	struct map_rule_params bmr;
	struct map_ce ce;
	struct in6_addr local;
	struct in6_addr remote;
	u8 remote_len;
	struct rcu_head rcu;
};

/**
 * struct map_dev - private part of a map netdevice
 * @dev: the netdevice; dev_net(@dev) is where IPv4 is
 * @net: where the tunnel is
 * @rules: the rule table; RTNL
 * @state: what packets see; RCU, changed under the RTNL
 * @reserve: ports that source NAT leaves alone, or NULL; RCU
 * @snat_use: the last user of each port of the set, or NULL; RCU
 * @local: its IPv6 address in the table, or NULL without one; RTNL
 * @routes: cached IPv6 routes; RTNL
 * @generation: of the last state; RTNL
 * @cells: receive queue with GRO
 * @stats: per-CPU counters
 * @auto_mtu: the MTU follows the lower device
 * @in_mtu: map_mtu_follow() is changing the MTU; RTNL
 * @has_snat: holds source NAT in its namespace; RTNL
 * @claim: CE: address and ports, which it holds in its namespace while it is
 *	registered; or NULL; RTNL
 * @lower: index of the device that the tunnel leaves by, or 0; written under
 *	the RTNL, read by packets with READ_ONCE()
 * @lower_moved: work: the MTU follows after packets left by another device
 * @node: in the list of all devices; RTNL
 */
struct map_dev {
	struct net_device *dev;
	struct net *net;
	struct map_rules *rules;
	struct map_state __rcu *state;
	struct map_reserve __rcu *reserve;
	struct map_snat_use __rcu *snat_use;
	struct map_local *local;
	struct map_routes *routes;
	u32 generation;
	struct gro_cells cells;
	struct map_stats __percpu *stats;
	bool auto_mtu;
	bool in_mtu;
	bool has_snat;
	struct map_snat_claim *claim;
	int lower;
	struct delayed_work lower_moved;
	struct list_head node;
};

/**
 * map_dev_is - is a netdevice one of ours?
 * @dev: the netdevice
 *
 * The kind is compared, so that files below the link operations do not depend
 * on them. Do not call this for each packet.
 *
 * Return: true when netdev_priv(@dev) is a struct map_dev.
 */
static inline bool map_dev_is(const struct net_device *dev)
{
	return dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind, "map");
}

#endif /* _MAP_H */
