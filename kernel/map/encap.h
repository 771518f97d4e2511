/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 into IPv6: what leaves by the device (RFC 7597, RFC 2473). */
#ifndef _MAP_ENCAP_H
#define _MAP_ENCAP_H

#include <linux/in6.h>
#include <linux/skbuff.h>

#include "flow.h"

struct dst_entry;
struct map_ce;
struct map_dev;
struct map_rule;
struct map_state;

bool map_encap_is_own(const struct map_ce *ce, __be32 daddr, u16 dport,
		      bool has_port);
int map_encap_check_ce(const struct map_state *state,
		       const struct map_flow *flow);
int map_encap_find(const struct map_state *state, const struct map_flow *flow,
		   struct in6_addr *daddr, const struct map_rule **rule);
u32 map_encap_mtu(const struct map_dev *map, const struct map_state *state,
		  const struct dst_entry *dst);
void map_encap(struct map_dev *map, const struct map_state *state,
	       struct sk_buff *skb);

#endif /* _MAP_ENCAP_H */
