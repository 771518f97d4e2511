// SPDX-License-Identifier: GPL-2.0

#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <net/gro_cells.h>
#include <net/sock.h>

#include "map.h"
#include "rx.h"

/* This CPU is in netif_receive_skb() with a packet from a tunnel. */
static DEFINE_PER_CPU(bool, map_rx_busy);

/**
 * map_rx - an IPv4 packet enters the stack
 * @map: the device that received it
 * @skb: the packet, ready but for that; consumed
 * @proto: its protocol
 *
 * TCP goes through GRO, which most lower devices have tried before, but not
 * all; what GRO does nothing for goes straight into the stack and spares a
 * round of the queue. A packet in a tunnel in a tunnel takes the queue at each
 * further level, so the kernel's stack has a bound. So does one that a socket
 * of this machine sends: its locks may be held.
 *
 * Context: bottom halves off.
 */
void map_rx(struct map_dev *map, struct sk_buff *skb, u8 proto)
{
	struct net_device *dev = map->dev;
	bool local = skb->sk;

	/* GRO changes truesize, which is what the socket was charged. */
	skb_orphan(skb);
	if (proto == IPPROTO_TCP || local || !(dev->flags & IFF_UP) ||
	    dev->features & (NETIF_F_GRO_UDP_FWD | NETIF_F_GRO_FRAGLIST) ||
	    __this_cpu_read(map_rx_busy)) {
		gro_cells_receive(&map->cells, skb);
		return;
	}
	__this_cpu_write(map_rx_busy, true);
	netif_receive_skb(skb);
	__this_cpu_write(map_rx_busy, false);
}
