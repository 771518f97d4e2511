// SPDX-License-Identifier: GPL-2.0
/* What a message turns into waits in a queue of the CPU: in gro_cells or the
 * backlog of netif_rx(), and in transport mode in xfrm_trans_queue(). Each of
 * them drops what exceeds net.core.netdev_max_backlog (1000). The parser can
 * find thousands of messages at once, when a hole in the stream is filled, so
 * it delivers no more than a turn, and goes on as the queues are worked off.
 *
 * The first two queues are worked off by NAPI, which polls in turn whatever is
 * scheduled, and takes up to 64 packets each time: a NAPI instance that is
 * scheduled after a delivery, and does nothing else, is polled after as many
 * were taken. The third one has an order of its own: a marker that is put into
 * it comes out after all messages before it. A work that is queued after xfrm's
 * does not: its pool may run it first.
 */

#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/wait_bit.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "turn.h"

/* Messages. Far less than the queues hold, for others use them as well. */
#define TURN_MAX	256
/* What NAPI takes from a queue in one poll. */
#define TURN_POLL	NAPI_POLL_WEIGHT

/**
 * struct turn - the turn of a CPU; with softirqs off
 * @napi: polled after the queues that NAPI works off
 * @left: messages that may still be delivered
 * @transport: messages in transport mode that may not be worked off yet
 * @marked: how many of those are in front of the marker in the queue; 0 where
 *	there is none
 * @scheduled: @napi is
 */
struct turn {
	struct napi_struct napi;
	u32 left;
	u32 transport;
	u32 marked;
	bool scheduled;
};

static struct turn __percpu *ipsec_tcp_turns;
static struct net_device *ipsec_tcp_turn_dev;

static int ipsec_tcp_turn_poll(struct napi_struct *napi, int budget)
{
	struct turn *turn = container_of(napi, struct turn, napi);

	turn->left = min_t(u32, turn->left + TURN_POLL, TURN_MAX);
	turn->scheduled = turn->left < TURN_MAX;
	napi_complete_done(napi, 0);
	if (turn->scheduled)
		napi_schedule(napi);
	return 0;
}

static bool ipsec_tcp_turn_lacks_marker(const struct turn *turn)
{
	return turn->transport && !turn->marked;
}

static void ipsec_tcp_turn_mark(struct turn *turn);

static int ipsec_tcp_turn_marked(struct net *net, struct sock *sk,
				 struct sk_buff *skb)
{
	struct turn *turn = *(struct turn **)skb->data;

	kfree_skb(skb);
	turn->transport -= turn->marked;
	WRITE_ONCE(turn->marked, 0);
	if (ipsec_tcp_turn_lacks_marker(turn))
		ipsec_tcp_turn_mark(turn);
	if (!turn->marked)
		wake_up_var(&turn->marked);
	return 0;
}

/* The caller has softirqs off, and there is no marker. If allocation fails, or
 * xfrm's queue is full, the next message or the next check tries again.
 */
static void ipsec_tcp_turn_mark(struct turn *turn)
{
	struct sk_buff *skb;

	skb = alloc_skb(sizeof(turn), GFP_ATOMIC);
	if (!skb)
		return;
	*(struct turn **)skb_put(skb, sizeof(turn)) = turn;
	if (xfrm_trans_queue_net(&init_net, skb, ipsec_tcp_turn_marked))
		kfree_skb(skb);
	else
		turn->marked = turn->transport;
}

/**
 * ipsec_tcp_turn_over - has this CPU to work off its queues first?
 *
 * Context: softirqs off.
 */
bool ipsec_tcp_turn_over(void)
{
	struct turn *turn = this_cpu_ptr(ipsec_tcp_turns);

	if (unlikely(ipsec_tcp_turn_lacks_marker(turn)))
		ipsec_tcp_turn_mark(turn);
	return !turn->left || turn->transport >= TURN_MAX;
}

/**
 * ipsec_tcp_turn_message - a message was delivered on this CPU
 * @transport: in transport mode
 *
 * Context: softirqs off.
 */
void ipsec_tcp_turn_message(bool transport)
{
	struct turn *turn = this_cpu_ptr(ipsec_tcp_turns);

	if (turn->left)
		turn->left--;
	if (!turn->scheduled) {
		turn->scheduled = true;
		napi_schedule(&turn->napi);
	}
	if (!transport)
		return;
	turn->transport++;
	if (ipsec_tcp_turn_lacks_marker(turn))
		ipsec_tcp_turn_mark(turn);
}

static void ipsec_tcp_turn_begin(struct turn *turn)
{
	turn->left = TURN_MAX;
	netif_napi_add(ipsec_tcp_turn_dev, &turn->napi, ipsec_tcp_turn_poll);
	napi_enable(&turn->napi);
}

/**
 * ipsec_tcp_turn_init - before the first connection
 *
 * Return: 0 or -ENOMEM.
 */
int ipsec_tcp_turn_init(void)
{
	int cpu;

	ipsec_tcp_turns = alloc_percpu(struct turn);
	if (!ipsec_tcp_turns)
		return -ENOMEM;
	ipsec_tcp_turn_dev = map_alloc_netdev_dummy();
	if (!ipsec_tcp_turn_dev) {
		free_percpu(ipsec_tcp_turns);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		ipsec_tcp_turn_begin(per_cpu_ptr(ipsec_tcp_turns, cpu));
	return 0;
}

/**
 * ipsec_tcp_turn_exit - after the last connection
 */
void ipsec_tcp_turn_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct turn *turn = per_cpu_ptr(ipsec_tcp_turns, cpu);

		wait_var_event(&turn->marked, !READ_ONCE(turn->marked));
		napi_disable(&turn->napi);
		netif_napi_del(&turn->napi);
	}
	/* A marker that was the last one may still be in its function. */
	synchronize_rcu();
	map_free_netdev_dummy(ipsec_tcp_turn_dev);
	free_percpu(ipsec_tcp_turns);
}
