/* SPDX-License-Identifier: GPL-2.0 */
/* Transport checksums, which cover the addresses (RFC 7915, sections 4.5 and
 * 5.5).
 */
#ifndef _MAP_XLAT_SUM_H
#define _MAP_XLAT_SUM_H

#include <linux/in6.h>
#include <linux/skbuff.h>
#include <net/checksum.h>

/**
 * struct map_xlat_pair - the addresses of a packet in both families
 * @saddr6: IPv6 source
 * @daddr6: IPv6 destination
 * @saddr4: IPv4 source
 * @daddr4: IPv4 destination
 */
struct map_xlat_pair {
	struct in6_addr saddr6;
	struct in6_addr daddr6;
	__be32 saddr4;
	__be32 daddr4;
};

__wsum map_xlat_sum46(const struct map_xlat_pair *pair);
__wsum map_xlat_sum64(const struct map_xlat_pair *pair);
bool map_xlat_sum_update(struct sk_buff *skb, unsigned int offset, u8 proto,
			 __wsum diff);
bool map_xlat_sum_embedded(u8 *header, unsigned int len, u8 proto,
			   __wsum diff);
__wsum map_xlat_sum_echo46(const struct map_xlat_pair *pair, u32 len,
			   __be16 from, __be16 to);
__wsum map_xlat_sum_echo64(const struct map_xlat_pair *pair, u32 len,
			   __be16 from, __be16 to);

#endif /* _MAP_XLAT_SUM_H */
