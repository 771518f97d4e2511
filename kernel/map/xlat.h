/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 to IPv6 and back, a header for a header (RFC 7599, RFC 7915). */
#ifndef _MAP_XLAT_H
#define _MAP_XLAT_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>

struct dst_entry;
struct map_dev;
struct map_state;
struct map_xlat_pair;

/* By so much an IPv6 header is longer than an IPv4 header. */
#define MAP_XLAT_GROWTH (sizeof(struct ipv6hdr) - sizeof(struct iphdr))

u32 map_xlat_mtu(const struct map_dev *map, const struct map_state *state,
		 const struct dst_entry *dst);
void map_xlat46(struct map_dev *map, const struct map_state *state,
		struct sk_buff *skb);
void map_xlat64(struct map_dev *map, const struct map_state *state,
		struct sk_buff *skb);
int map_xlat_error46(struct sk_buff *skb, const struct map_state *state,
		     const struct map_xlat_pair *pair, u32 mtu4, u32 mtu6);
int map_xlat_error64(struct sk_buff *skb, const struct map_state *state,
		     const struct map_xlat_pair *pair, u32 mtu4, u32 mtu6);

#endif /* _MAP_XLAT_H */
