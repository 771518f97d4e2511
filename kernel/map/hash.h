/* SPDX-License-Identifier: GPL-2.0 */
/* A hash for the tables of one device, whose entries are configured: whoever
 * sends packets chooses what is looked up, but not what is in the table, and
 * who configures collisions only slows his own device. So it need not be
 * strong. One multiplication mixes any bit of a prefix into the low ones.
 */
#ifndef _MAP_HASH_H
#define _MAP_HASH_H

#include <linux/hash.h>
#include <linux/in6.h>

static inline u32 map_hash_ipv6(const struct in6_addr *addr, u64 more)
{
	/* By 32 bits: all that the alignment of a packet allows everywhere. */
	const u32 *word = (__force const u32 *)addr->s6_addr32;
	u64 high = (u64)word[0] << 32 | word[1];
	u64 low = (u64)word[2] << 32 | word[3];
	u64 x = high ^ rol64(low, 29) ^ more;

	x ^= x >> 32;
	x *= GOLDEN_RATIO_64;
	return x ^ x >> 32;
}

#endif /* _MAP_HASH_H */
