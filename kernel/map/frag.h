/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 fragments: put together where ports must be known, cut where a packet
 * is too long for the tunnel (RFC 7597, section 8.3).
 */
#ifndef _MAP_FRAG_H
#define _MAP_FRAG_H

#include <linux/in6.h>
#include <linux/skbuff.h>

#include "flow.h"
#include "flow6.h"
#include "psid.h"

struct map_dev;

/* What becomes of each part that map_frag_split() makes; consumes the skb. */
typedef void (*map_frag_output_t)(struct sk_buff *skb, void *arg);

bool map_frag_whole(struct map_dev *map, struct sk_buff *skb,
		    const struct in6_addr *origin, bool rx,
		    struct map_flow *flow);
bool map_frag_whole6(struct map_dev *map, struct sk_buff *skb,
		     struct map_flow6 *flow);
u32 map_frag_largest(const struct sk_buff *skb);
int map_frag_split(struct sk_buff *skb, u32 mtu, unsigned int headroom,
		   map_frag_output_t output, void *arg);
bool map_frag_rewrite_id(struct sk_buff *skb,
			 const struct map_port_set *ports);

#endif /* _MAP_FRAG_H */
