// SPDX-License-Identifier: GPL-2.0

#include <linux/skbuff.h>
#include <uapi/linux/map_counters.h>

#include "map.h"
#include "stats.h"

#define MAP_COUNTER_NAME(attr, name) [MAP_A_STATS_##attr] = name,
const char * const map_counter_names[__MAP_A_STATS_MAX] = {
	MAP_COUNTERS(MAP_COUNTER_NAME)
};

/**
 * map_stats_count - count one event
 * @map: the device
 * @counter: MAP_A_STATS_*
 *
 * Context: any but hard interrupts.
 */
void map_stats_count(struct map_dev *map, int counter)
{
	struct map_stats *stats;

	local_bh_disable();
	stats = this_cpu_ptr(map->stats);
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->counter[counter]);
	u64_stats_update_end(&stats->syncp);
	local_bh_enable();
}

static void map_stats_add_cpu(const struct map_stats *stats, u64 *sum)
{
	u64 now[__MAP_A_STATS_MAX];
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		for (i = 0; i < __MAP_A_STATS_MAX; i++)
			now[i] = u64_stats_read(&stats->counter[i]);
	} while (u64_stats_fetch_retry(&stats->syncp, start));

	for (i = 0; i < __MAP_A_STATS_MAX; i++)
		sum[i] += now[i];
}

/**
 * map_stats_sum - the counters of a device over all CPUs
 * @map: the device
 * @sum: array of __MAP_A_STATS_MAX, indexed by MAP_A_STATS_*
 */
void map_stats_sum(struct map_dev *map, u64 *sum)
{
	struct rtnl_link_stats64 link = {};
	int cpu;

	memset(sum, 0, __MAP_A_STATS_MAX * sizeof(*sum));
	for_each_possible_cpu(cpu)
		map_stats_add_cpu(per_cpu_ptr(map->stats, cpu), sum);

	dev_fetch_sw_netstats(&link, map->dev->tstats);
	sum[MAP_A_STATS_TX_PACKETS] = link.tx_packets;
	sum[MAP_A_STATS_TX_BYTES] = link.tx_bytes;
	sum[MAP_A_STATS_RX_PACKETS] = link.rx_packets;
	sum[MAP_A_STATS_RX_BYTES] = link.rx_bytes;
}

/* The kernel's own drop reason that comes nearest, for drop monitors. */
static enum skb_drop_reason map_stats_drop_reason(int counter)
{
	switch (counter) {
	case MAP_A_STATS_TX_MALFORMED:
	case MAP_A_STATS_RX_MALFORMED:
	case MAP_A_STATS_TX_SHORT_FRAGMENT:
	case MAP_A_STATS_RX_SHORT_FRAGMENT:
		return SKB_DROP_REASON_IP_INHDR;
	case MAP_A_STATS_TX_NOT_IPV4:
		return SKB_DROP_REASON_UNHANDLED_PROTO;
	case MAP_A_STATS_TX_NO_RULE:
	case MAP_A_STATS_TX_NO_ROUTE:
		return SKB_DROP_REASON_IP_OUTNOROUTES;
	case MAP_A_STATS_TX_TOO_BIG:
	case MAP_A_STATS_RX_TOO_BIG:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	case MAP_A_STATS_TX_NO_MEMORY:
	case MAP_A_STATS_RX_NO_MEMORY:
		return SKB_DROP_REASON_NOMEM;
	case MAP_A_STATS_TX_FOREIGN_SOURCE:
	case MAP_A_STATS_RX_UNKNOWN_SOURCE:
	case MAP_A_STATS_RX_SPOOFED_ADDRESS:
	case MAP_A_STATS_RX_SPOOFED_PORT:
		return SKB_DROP_REASON_IP_RPFILTER;
	case MAP_A_STATS_RX_POLICY:
	case MAP_A_STATS_TX_POLICY:
		return SKB_DROP_REASON_XFRM_POLICY;
	default:
		return SKB_DROP_REASON_NOT_SPECIFIED;
	}
}

/* New counters come at the end of the set, so the order does not say it. */
static bool map_stats_is_tx(int counter)
{
	return map_counter_names[counter][0] == 't';
}

/**
 * map_drop - free a packet and count why
 * @map: the device
 * @skb: consumed
 * @counter: MAP_A_STATS_*
 */
void map_drop(struct map_dev *map, struct sk_buff *skb, int counter)
{
	map_stats_count(map, counter);
	if (map_stats_is_tx(counter))
		dev_core_stats_tx_dropped_inc(map->dev);
	else
		dev_core_stats_rx_dropped_inc(map->dev);
	kfree_skb_reason(skb, map_stats_drop_reason(counter));
}
