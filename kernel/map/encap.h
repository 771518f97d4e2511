/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 into IPv6: what leaves by the device (RFC 7597, RFC 2473). */
#ifndef _MAP_ENCAP_H
#define _MAP_ENCAP_H

#include <linux/in6.h>
#include <linux/skbuff.h>

#include "flow.h"

struct map_dev;
struct map_rule;
struct map_state;

int map_encap_find(const struct map_state *state, const struct map_flow *flow,
		   struct in6_addr *daddr, const struct map_rule **rule);
void map_encap(struct map_dev *map, const struct map_state *state,
	       struct sk_buff *skb);

#endif /* _MAP_ENCAP_H */
