/* SPDX-License-Identifier: GPL-2.0 */
/* Errors from inside the tunnel (RFC 7597, section 8.2; RFC 2473, section 8),
 * and those that the device sends.
 */
#ifndef _MAP_ICMP_H
#define _MAP_ICMP_H

#include <linux/ipv6.h>
#include <linux/skbuff.h>

void map_icmp_send(struct sk_buff *skb, u8 type, u8 code, u32 info);
void map_icmp_send6(struct sk_buff *skb, u8 type, u8 code, u32 info);
int map_icmp_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		 u8 code, int offset, __be32 info);

#endif /* _MAP_ICMP_H */
