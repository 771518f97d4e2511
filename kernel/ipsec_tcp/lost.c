// SPDX-License-Identifier: GPL-2.0

#include <linux/slab.h>
#include <linux/workqueue.h>

#include "ipsec_tcp.h"
#include "lost.h"
#include "route.h"

/* The IKE daemon has noticed by then, or the client has come back. */
#define LOST_TIME	(300 * HZ)

/* In a namespace; the oldest one goes for a new one. */
#define LOST_MAX	4096

/**
 * struct ipsec_tcp_lost - a port that is nobody's now
 * @list: in struct ipsec_tcp_net, the oldest first
 * @rcu: to free it
 * @route: without a connection
 * @until: when it is forgotten, in jiffies
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
 * ipsec_tcp_lost_add - a connection ends
 * @conn: of a responder's peer that is there yet; its namespace locked, and its
 *	route still in the table
 *
 * Without memory the port is not remembered.
 */
void ipsec_tcp_lost_add(const struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_net *tn = conn->tn;
	struct ipsec_tcp_lost *lost;

	lockdep_assert_held(&tn->lock);
	/* The caller may be the work, which reclaim of memory can wait for. */
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
 * ipsec_tcp_lost_forget - a peer is deleted
 * @tn: its namespace, locked
 * @peer: the peer
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
 * ipsec_tcp_lost_init - a namespace begins
 * @tn: the namespace
 */
void ipsec_tcp_lost_init(struct ipsec_tcp_net *tn)
{
	INIT_LIST_HEAD(&tn->lost);
	INIT_DELAYED_WORK(&tn->lost_work, ipsec_tcp_lost_work);
}

/**
 * ipsec_tcp_lost_exit - a namespace ends, it has no peers any more
 * @tn: the namespace, not locked
 */
void ipsec_tcp_lost_exit(struct ipsec_tcp_net *tn)
{
	cancel_delayed_work_sync(&tn->lost_work);
}
