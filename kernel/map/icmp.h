/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP errors that the device itself sends. */
#ifndef _MAP_ICMP_H
#define _MAP_ICMP_H

#include <linux/ipv6.h>
#include <linux/skbuff.h>

void map_icmp_send(struct sk_buff *skb, u8 type, u8 code, u32 info);
void map_icmp_send6(struct sk_buff *skb, u8 type, u8 code, u32 info);

#endif /* _MAP_ICMP_H */
