/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 packets that a device has received enter the stack. */
#ifndef _MAP_RX_H
#define _MAP_RX_H

#include <linux/types.h>

struct map_dev;
struct sk_buff;

void map_rx(struct map_dev *map, struct sk_buff *skb, u8 proto);

#endif /* _MAP_RX_H */
