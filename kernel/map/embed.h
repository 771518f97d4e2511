/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 addresses inside IPv6 ones (RFC 6052). Pure arithmetic, used by the
 * kernel and by the tests. IPv4 addresses are in network byte order.
 */
#ifndef _MAP_EMBED_H
#define _MAP_EMBED_H

#ifdef __KERNEL__
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include "pure.h"
#endif

bool map_embed_len_valid(u8 len);
void map_embed(const struct in6_addr *prefix, u8 len, __be32 ipv4,
	       struct in6_addr *ipv6);
__be32 map_embedded(const struct in6_addr *ipv6, u8 len);

#endif /* _MAP_EMBED_H */
