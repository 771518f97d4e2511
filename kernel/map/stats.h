/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU counters of a device: one a MAP_A_STATS_* attribute. */
#ifndef _MAP_STATS_H
#define _MAP_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/map.h>

struct map_dev;

/**
 * struct map_stats - the counters of one CPU
 * @counter: indexed by MAP_A_STATS_*; packets and bytes are not kept here but
 *	in the device's tstats
 * @syncp: makes 64-bit reads whole on 32-bit machines
 */
struct map_stats {
	u64_stats_t counter[__MAP_A_STATS_MAX];
	struct u64_stats_sync syncp;
};

/* The counters among the MAP_A_STATS_* attributes: all after the padding. */
#define MAP_STATS_FIRST (MAP_A_STATS_PAD + 1)
#define MAP_STATS_COUNT (__MAP_A_STATS_MAX - MAP_STATS_FIRST)

/* One name a counter; what is before MAP_STATS_FIRST is unused. */
extern const char * const map_counter_names[__MAP_A_STATS_MAX];

void map_stats_count(struct map_dev *map, int counter);
void map_stats_sum(struct map_dev *map, u64 *sum);
void map_drop(struct map_dev *map, struct sk_buff *skb, int counter);

#endif /* _MAP_STATS_H */
