/* SPDX-License-Identifier: GPL-2.0 */
/* Which IPv6 address an IPv4 address is, and the other way round (RFC 7599,
 * sections 5 and 8). Seen from the node, "near" addresses are on the IPv4 side
 * of it: on a CE its own, on a BR all but those of the domain. "Far" ones are
 * on the IPv6 side.
 */
#ifndef _MAP_XLAT_ADDR_H
#define _MAP_XLAT_ADDR_H

#include "addr.h"

struct map_dev;
struct map_flow;
struct map_rule;
struct map_state;

/**
 * struct map_xlat_far - who sent an IPv6 packet
 * @rule: of the sender, valid under RCU; NULL: it is in the prefix of the DMR,
 *	and not checked further
 * @range: what the sender may use by the rule
 * @ipv4: its IPv4 address
 */
struct map_xlat_far {
	const struct map_rule *rule;
	struct map_ipv4_range range;
	__be32 ipv4;
};

bool map_xlat_illegal(__be32 addr);
int map_xlat_near6(const struct map_state *state, __be32 addr, u16 port,
		   struct in6_addr *ipv6);
int map_xlat_far6(const struct map_state *state, __be32 addr, u16 port,
		  bool has_port, struct in6_addr *ipv6,
		  const struct map_rule **rule);
int map_xlat_near4(const struct map_state *state, const struct in6_addr *addr,
		   __be32 *ipv4);
int map_xlat_far4(const struct map_state *state, const struct in6_addr *addr,
		  struct map_xlat_far *far);
bool map_xlat_far_is_node(const struct map_xlat_far *far,
			  const struct in6_addr *addr);
int map_xlat_far_check(const struct map_xlat_far *far,
		       const struct in6_addr *addr, u16 port, bool has_port);
int map_xlat_find(const struct map_state *state, const struct map_flow *flow,
		  struct in6_addr *saddr, struct in6_addr *daddr,
		  const struct map_rule **rule);
u32 map_xlat_mtu4(const struct map_dev *map, __be32 daddr);

#endif /* _MAP_XLAT_ADDR_H */
