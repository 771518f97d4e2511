/* SPDX-License-Identifier: GPL-2.0 */
/* TCP MSS clamping (RFC 7597, section 8.3; RFC 879). */
#ifndef _MAP_MSS_H
#define _MAP_MSS_H

#include <linux/skbuff.h>

bool map_mss_is_syn(const struct sk_buff *skb);
bool map_mss_clamp(struct sk_buff *skb, u32 mtu);

#endif /* _MAP_MSS_H */
