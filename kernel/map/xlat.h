/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 to IPv6 and back, a header for a header (RFC 7599, RFC 7915). */
#ifndef _MAP_XLAT_H
#define _MAP_XLAT_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>

struct map_dev;
struct map_state;
struct map_xlat_pair;

/**
 * map_xlat_frag46 - fill in a Fragment Header (RFC 7915, section 4.1)
 * @fh: the header
 * @iph: IPv4 header of the fragment
 * @proto: its protocol, as IPv6 has it
 */
static inline void map_xlat_frag46(struct frag_hdr *fh,
				   const struct iphdr *iph, u8 proto)
{
	fh->nexthdr = proto;
	fh->reserved = 0;
	fh->frag_off = htons((ntohs(iph->frag_off) & IP_OFFSET) << 3 |
			     (iph->frag_off & htons(IP_MF) ? IP6_MF : 0));
	fh->identification = htonl(ntohs(iph->id));
}

void map_xlat46(struct map_dev *map, const struct map_state *state,
		struct sk_buff *skb);
void map_xlat64(struct map_dev *map, const struct map_state *state,
		struct sk_buff *skb);
int map_xlat_error46(struct sk_buff *skb, const struct map_state *state,
		     const struct map_xlat_pair *pair, u32 mtu4, u32 mtu6);
int map_xlat_error64(struct sk_buff *skb, const struct map_state *state,
		     const struct map_xlat_pair *pair, u32 mtu4, u32 mtu6);

#endif /* _MAP_XLAT_H */
