// SPDX-License-Identifier: GPL-2.0

#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "reserve.h"

/**
 * map_reserve_alloc - ports for own servers, that source NAT leaves alone
 * @n: how many ranges there will be
 *
 * Context: process, may sleep.
 * Return: what map_reserve_add() and map_reserve_free() take, or NULL without
 * memory.
 */
struct map_reserve *map_reserve_alloc(u32 n)
{
	struct map_reserve *reserve;

	return kvzalloc(struct_size(reserve, ranges, n), GFP_KERNEL_ACCOUNT);
}

/**
 * map_reserve_add - reserve a range
 * @reserve: with room for it, and not published yet
 * @range: ports, not empty; it may overlap others, and be outside of the set
 */
void map_reserve_add(struct map_reserve *reserve, struct map_port_range range)
{
	reserve->ranges[reserve->n++] = range;
	bitmap_set(reserve->bits, range.first, range.last - range.first + 1);
}

/**
 * map_reserve_free - free reserved ports once no packet reads them any more
 * @reserve: as map_reserve_alloc() returned it, or NULL
 */
void map_reserve_free(struct map_reserve *reserve)
{
	kvfree_rcu(reserve, rcu);
}
