/* SPDX-License-Identifier: GPL-2.0 */
/* ICMPv6 errors from inside of the tunnel, and what IPv4 hears of them (RFC
 * 7597, section 8.2; RFC 2473, section 8).
 */
#ifndef _MAP_RELAY_H
#define _MAP_RELAY_H

#include <linux/types.h>

struct inet6_skb_parm;
struct sk_buff;

int map_relay_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		  u8 code, int offset, __be32 info);

#endif /* _MAP_RELAY_H */
