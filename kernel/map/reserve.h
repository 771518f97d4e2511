/* SPDX-License-Identifier: GPL-2.0 */
/* Ports of a CE that source NAT leaves alone. */
#ifndef _MAP_RESERVE_H
#define _MAP_RESERVE_H

#include <linux/bitmap.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "psid.h"

/**
 * struct map_reserve - ports that source NAT leaves alone
 * @rcu: readers may be in it until map_reserve_free() is through
 * @bits: one bit a port
 * @n: number of entries in @ranges
 * @ranges: as configured, to be shown
 */
struct map_reserve {
	struct rcu_head rcu;
	DECLARE_BITMAP(bits, 65536);
	u32 n;
	struct map_port_range ranges[];
};

struct map_reserve *map_reserve_alloc(u32 n);
void map_reserve_add(struct map_reserve *reserve, struct map_port_range range);
void map_reserve_free(struct map_reserve *reserve);

#endif /* _MAP_RESERVE_H */
