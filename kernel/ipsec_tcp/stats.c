// SPDX-License-Identifier: GPL-2.0

#include <linux/netdevice.h>

#include "stats.h"

/**
 * ipsec_tcp_stats_alloc - allocate a set of counters
 *
 * Return: zeroed counters for free_percpu(), or NULL.
 */
struct ipsec_tcp_stats __percpu *ipsec_tcp_stats_alloc(void)
{
	return netdev_alloc_pcpu_stats(struct ipsec_tcp_stats);
}

/**
 * ipsec_tcp_stats_add - add to a counter
 * @stats: counters of a peer, or of a namespace
 * @counter: IPSEC_TCP_A_STATS_*
 * @value: number to add
 *
 * Context: any but hard interrupts.
 */
void ipsec_tcp_stats_add(struct ipsec_tcp_stats __percpu *stats, int counter,
			 u64 value)
{
	struct ipsec_tcp_stats *here;

	local_bh_disable();
	here = this_cpu_ptr(stats);
	u64_stats_update_begin(&here->syncp);
	u64_stats_add(&here->counter[counter], value);
	u64_stats_update_end(&here->syncp);
	local_bh_enable();
}

static void ipsec_tcp_stats_add_cpu(const struct ipsec_tcp_stats *stats,
				    u64 *sum)
{
	u64 now[__IPSEC_TCP_A_STATS_MAX];
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		for (i = 0; i < __IPSEC_TCP_A_STATS_MAX; i++)
			now[i] = u64_stats_read(&stats->counter[i]);
	} while (u64_stats_fetch_retry(&stats->syncp, start));

	for (i = 0; i < __IPSEC_TCP_A_STATS_MAX; i++)
		sum[i] += now[i];
}

/**
 * ipsec_tcp_stats_sum - sum the counters of all CPUs
 * @stats: counters of a peer, or of a namespace
 * @sum: array of __IPSEC_TCP_A_STATS_MAX
 */
void ipsec_tcp_stats_sum(const struct ipsec_tcp_stats __percpu *stats,
			 u64 *sum)
{
	int cpu;

	memset(sum, 0, __IPSEC_TCP_A_STATS_MAX * sizeof(*sum));
	for_each_possible_cpu(cpu)
		ipsec_tcp_stats_add_cpu(per_cpu_ptr(stats, cpu), sum);
}

/* The closest drop reason of the kernel, for drop monitors. */
static enum skb_drop_reason ipsec_tcp_stats_drop_reason(int counter)
{
	switch (counter) {
	case IPSEC_TCP_A_STATS_TX_NO_MEMORY:
	case IPSEC_TCP_A_STATS_RX_NO_MEMORY:
		return SKB_DROP_REASON_NOMEM;
	case IPSEC_TCP_A_STATS_TX_TOO_LONG:
	case IPSEC_TCP_A_STATS_RX_TOO_LONG:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	case IPSEC_TCP_A_STATS_TX_QUEUE_FULL:
	case IPSEC_TCP_A_STATS_TX_IKE_QUEUE_FULL:
		return SKB_DROP_REASON_QDISC_DROP;
	case IPSEC_TCP_A_STATS_RX_OWNER_FULL:
		return SKB_DROP_REASON_SOCKET_RCVBUFF;
	default:
		return SKB_DROP_REASON_NOT_SPECIFIED;
	}
}

/**
 * ipsec_tcp_drop - free a packet, and count the reason
 * @stats: counters of a peer, or of a namespace
 * @skb: consumed
 * @counter: IPSEC_TCP_A_STATS_*
 */
void ipsec_tcp_drop(struct ipsec_tcp_stats __percpu *stats,
		    struct sk_buff *skb, int counter)
{
	ipsec_tcp_count(stats, counter);
	kfree_skb_reason(skb, ipsec_tcp_stats_drop_reason(counter));
}
