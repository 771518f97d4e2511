/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU counters of a peer, one for each IPSEC_TCP_A_STATS_* attribute. */
#ifndef _IPSEC_TCP_STATS_H
#define _IPSEC_TCP_STATS_H

#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/ipsec_tcp.h>

/**
 * struct ipsec_tcp_stats - the counters of one CPU
 * @counter: indexed by IPSEC_TCP_A_STATS_*
 * @syncp: makes 64-bit reads whole on 32-bit machines
 */
struct ipsec_tcp_stats {
	u64_stats_t counter[__IPSEC_TCP_A_STATS_MAX];
	struct u64_stats_sync syncp;
};

struct ipsec_tcp_stats __percpu *ipsec_tcp_stats_alloc(void);
void ipsec_tcp_stats_add(struct ipsec_tcp_stats __percpu *stats, int counter,
			 u64 value);
void ipsec_tcp_stats_sum(const struct ipsec_tcp_stats __percpu *stats,
			 u64 *sum);
void ipsec_tcp_drop(struct ipsec_tcp_stats __percpu *stats,
		    struct sk_buff *skb, int counter);

static inline void ipsec_tcp_count(struct ipsec_tcp_stats __percpu *stats,
				   int counter)
{
	ipsec_tcp_stats_add(stats, counter, 1);
}

#endif /* _IPSEC_TCP_STATS_H */
