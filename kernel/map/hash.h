/* SPDX-License-Identifier: GPL-2.0 */
/* A hash for tables whose entries are configured: whoever sends packets
 * chooses what is looked up, but not what is in the table, so it need not be
 * strong. One multiplication mixes any bit of a prefix into the low ones.
 */
#ifndef _MAP_HASH_H
#define _MAP_HASH_H

#include <linux/hash.h>
#include <linux/in6.h>

static inline u32 map_hash_ipv6(const struct in6_addr *addr, u64 more)
{
	const u64 *half = (const u64 *)addr->s6_addr;
	u64 x = half[0] ^ rol64(half[1], 29) ^ more;

	x ^= x >> 32;
	x *= GOLDEN_RATIO_64;
	return x ^ x >> 32;
}

#endif /* _MAP_HASH_H */
