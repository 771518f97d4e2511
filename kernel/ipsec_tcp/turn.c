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
 * were taken. The third one is worked off by a work on system_wq: a work that
 * is queued there later runs after it.
 */

#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "turn.h"

/* Messages. Far less than the queues hold, for others use them as well. */
#define TURN_MAX	256
/* What NAPI takes from a queue in one poll. */
#define TURN_POLL	NAPI_POLL_WEIGHT

/**
 * struct turn - the turn of a CPU; with softirqs off
 * @napi: polled after the queues that NAPI works off
 * @work: run after xfrm_trans_queue()
 * @left: messages that may still be delivered
 * @transport: messages in transport mode that may still be delivered
 * @scheduled: @napi is
 */
struct turn {
	struct napi_struct napi;
	struct work_struct work;
	u32 left;
	u32 transport;
	bool scheduled;
};

static struct turn __percpu *turns;
static struct net_device *turn_dev;

static int turn_poll(struct napi_struct *napi, int budget)
{
	struct turn *turn = container_of(napi, struct turn, napi);

	turn->left = min_t(u32, turn->left + TURN_POLL, TURN_MAX);
	turn->scheduled = turn->left < TURN_MAX;
	napi_complete_done(napi, 0);
	if (turn->scheduled)
		napi_schedule(napi);
	return 0;
}

static void turn_work(struct work_struct *work)
{
	struct turn *turn = container_of(work, struct turn, work);

	local_bh_disable();
	turn->transport = TURN_MAX;
	local_bh_enable();
}

/**
 * ipsec_tcp_turn_over - has this CPU to work off its queues first?
 *
 * Context: softirqs off.
 */
bool ipsec_tcp_turn_over(void)
{
	const struct turn *turn = this_cpu_ptr(turns);

	return !turn->left || !turn->transport;
}

/**
 * ipsec_tcp_turn_message - a message was delivered on this CPU
 * @transport: in transport mode
 *
 * Context: softirqs off.
 */
void ipsec_tcp_turn_message(bool transport)
{
	struct turn *turn = this_cpu_ptr(turns);

	if (turn->left)
		turn->left--;
	if (!turn->scheduled) {
		turn->scheduled = true;
		napi_schedule(&turn->napi);
	}
	if (!transport)
		return;
	if (turn->transport)
		turn->transport--;
	schedule_work_on(smp_processor_id(), &turn->work);
}

static void turn_begin(struct turn *turn)
{
	turn->left = TURN_MAX;
	turn->transport = TURN_MAX;
	INIT_WORK(&turn->work, turn_work);
	netif_napi_add(turn_dev, &turn->napi, turn_poll);
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

	turns = alloc_percpu(struct turn);
	if (!turns)
		return -ENOMEM;
	turn_dev = map_alloc_netdev_dummy();
	if (!turn_dev) {
		free_percpu(turns);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		turn_begin(per_cpu_ptr(turns, cpu));
	return 0;
}

/**
 * ipsec_tcp_turn_exit - after the last connection
 */
void ipsec_tcp_turn_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct turn *turn = per_cpu_ptr(turns, cpu);

		cancel_work_sync(&turn->work);
		napi_disable(&turn->napi);
		netif_napi_del(&turn->napi);
	}
	map_free_netdev_dummy(turn_dev);
	free_percpu(turns);
}
