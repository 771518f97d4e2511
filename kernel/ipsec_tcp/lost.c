// SPDX-License-Identifier: GPL-2.0

#include <linux/slab.h>
#include <linux/workqueue.h>

#include "ipsec_tcp.h"
#include "lost.h"
#include "route.h"

/* Longer than the IKE daemon needs to notice, or the client to return. */
#define LOST_TIME	(300 * HZ)

/* In a namespace. The oldest entry is replaced. */
#define LOST_MAX	4096

/**
 * struct ipsec_tcp_lost - the UDP port of a connection that has ended
 * @list: in struct ipsec_tcp_net, the oldest first
 * @rcu: frees it
 * @route: without a connection: packets are dropped
 * @until: expiry, in jiffies
 */
struct ipsec_tcp_lost {
	struct list_head list;
	struct rcu_head rcu;
	struct ipsec_tcp_route route;
	unsigned long until;
};

static void ipsec_tcp_lost_del(struct ipsec_tcp_net *tn,
			       struct ipsec_tcp_lost *lost)
{
	lockdep_assert_held(&tn->lock);
	ipsec_tcp_route_del(&lost->route);
	list_del(&lost->list);
	tn->lost_count--;
	kfree_rcu(lost, rcu);
}

/**
 * ipsec_tcp_lost_add - drop packets to the port of a connection from now on
 * @conn: of a responder's peer that is not deleted; its namespace locked, its
 *	route still in the table
 *
 * If memory is short, nothing is added.
 */
void ipsec_tcp_lost_add(const struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_net *tn = conn->tn;
	struct ipsec_tcp_lost *lost;

	lockdep_assert_held(&tn->lock);
	/* The caller may be the work, which memory reclaim can wait for. */
	lost = kzalloc(sizeof(*lost), GFP_ATOMIC);
	if (!lost)
		return;
	if (tn->lost_count >= LOST_MAX)
		ipsec_tcp_lost_del(tn, list_first_entry(&tn->lost,
							struct ipsec_tcp_lost,
							list));
	lost->route.path = conn->route.path;
	lost->route.peer = conn->peer;
	lost->until = jiffies + LOST_TIME;
	list_add_tail(&lost->list, &tn->lost);
	tn->lost_count++;
	ipsec_tcp_route_add(&lost->route);
	queue_delayed_work(system_wq, &tn->lost_work, LOST_TIME);
}

/**
 * ipsec_tcp_lost_forget - remove the ports of a peer
 * @tn: its namespace, locked
 * @peer: is being deleted
 */
void ipsec_tcp_lost_forget(struct ipsec_tcp_net *tn,
			   const struct ipsec_tcp_peer *peer)
{
	struct ipsec_tcp_lost *lost, *next;

	list_for_each_entry_safe(lost, next, &tn->lost, list) {
		if (lost->route.peer == peer)
			ipsec_tcp_lost_del(tn, lost);
	}
}

static void ipsec_tcp_lost_work(struct work_struct *work)
{
	struct ipsec_tcp_net *tn;
	struct ipsec_tcp_lost *lost;

	tn = container_of(to_delayed_work(work), struct ipsec_tcp_net,
			  lost_work);
	mutex_lock(&tn->lock);
	while (!list_empty(&tn->lost)) {
		lost = list_first_entry(&tn->lost, struct ipsec_tcp_lost, list);
		if (time_before(jiffies, lost->until)) {
			queue_delayed_work(system_wq, &tn->lost_work,
					   lost->until - jiffies);
			break;
		}
		ipsec_tcp_lost_del(tn, lost);
	}
	mutex_unlock(&tn->lock);
}

/**
 * ipsec_tcp_lost_init - set up a namespace
 * @tn: the namespace
 */
void ipsec_tcp_lost_init(struct ipsec_tcp_net *tn)
{
	INIT_LIST_HEAD(&tn->lost);
	INIT_DELAYED_WORK(&tn->lost_work, ipsec_tcp_lost_work);
}

/**
 * ipsec_tcp_lost_exit - clean up a namespace
 * @tn: the namespace, not locked; has no peers
 */
void ipsec_tcp_lost_exit(struct ipsec_tcp_net *tn)
{
	cancel_delayed_work_sync(&tn->lost_work);
}
