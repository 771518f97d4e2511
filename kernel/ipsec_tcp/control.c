// SPDX-License-Identifier: GPL-2.0

#include <linux/percpu.h>
#include <net/net_namespace.h>

#include "conn.h"
#include "control.h"
#include "fake.h"
#include "hook.h"
#include "ipsec_tcp.h"
#include "lost.h"
#include "peer.h"
#include "stats.h"

/* The first peer of a namespace needs hooks, and so does the first one with
 * fake TCP.
 */
static int ipsec_tcp_control_add_hooks(struct ipsec_tcp_net *tn, u8 esp)
{
	int err = 0;

	if (list_empty(&tn->peers))
		err = ipsec_tcp_hook_register(tn->net);
	if (err || esp != IPSEC_TCP_ESP_MODE_FAKE_TCP)
		return err;
	err = ipsec_tcp_fake_on(tn);
	if (err && list_empty(&tn->peers))
		ipsec_tcp_hook_unregister(tn->net);
	return err;
}

static void ipsec_tcp_control_del_hooks(struct ipsec_tcp_net *tn, u8 esp)
{
	if (esp == IPSEC_TCP_ESP_MODE_FAKE_TCP)
		ipsec_tcp_fake_off(tn);
	if (list_empty(&tn->peers))
		ipsec_tcp_hook_unregister(tn->net);
}

/**
 * ipsec_tcp_control_add - add a peer, and catch packets for it
 * @tn: namespace, locked
 * @set: checked settings; there is no peer of this id
 *
 * Return: a borrowed reference, or an error.
 */
struct ipsec_tcp_peer *
ipsec_tcp_control_add(struct ipsec_tcp_net *tn,
		      const struct ipsec_tcp_settings *set)
{
	struct ipsec_tcp_peer *peer;
	int err;

	err = ipsec_tcp_control_add_hooks(tn, set->esp);
	if (err)
		return ERR_PTR(err);
	peer = ipsec_tcp_peer_add(tn, set);
	if (IS_ERR(peer))
		ipsec_tcp_control_del_hooks(tn, set->esp);
	return peer;
}

/**
 * ipsec_tcp_control_del - delete a peer; its connections are reset
 * @tn: namespace, locked
 * @peer: the list's reference is gone afterwards
 */
void ipsec_tcp_control_del(struct ipsec_tcp_net *tn,
			   struct ipsec_tcp_peer *peer)
{
	struct ipsec_tcp_conn *conn;

	ipsec_tcp_peer_del(tn, peer);
	list_for_each_entry(conn, &tn->conns, list) {
		if (conn->peer == peer)
			ipsec_tcp_conn_kill(conn,
					    IPSEC_TCP_CLOSE_REASON_PEER_DELETED);
	}
	ipsec_tcp_control_del_hooks(tn, peer->set.esp);
	ipsec_tcp_peer_put(peer);
}

/**
 * ipsec_tcp_control_set_esp - change the transport of ESP
 * @tn: namespace, locked
 * @peer: applies to its connections from now on
 * @esp: enum ipsec_tcp_esp_mode
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_control_set_esp(struct ipsec_tcp_net *tn,
			      struct ipsec_tcp_peer *peer, u8 esp)
{
	bool fake = esp == IPSEC_TCP_ESP_MODE_FAKE_TCP;
	struct ipsec_tcp_conn *conn;
	int err;

	if (peer->set.esp == esp)
		return 0;
	err = fake ? ipsec_tcp_fake_on(tn) : 0;
	if (err)
		return err;
	WRITE_ONCE(peer->set.esp, esp);
	list_for_each_entry(conn, &tn->conns, list) {
		if (conn->peer != peer ||
		    conn->state == IPSEC_TCP_CONN_STATE_CLOSED)
			continue;
		if (fake)
			ipsec_tcp_fake_add(conn);
		else
			ipsec_tcp_fake_del(conn);
		/* The streams may have advanced far already. */
		ipsec_tcp_queue_kick(&conn->queue);
	}
	if (!fake)
		ipsec_tcp_fake_off(tn);
	return 0;
}

/**
 * ipsec_tcp_control_limits - the timeouts of a peer have changed
 * @tn: namespace, locked
 * @peer: the peer
 */
void ipsec_tcp_control_limits(struct ipsec_tcp_net *tn,
			      const struct ipsec_tcp_peer *peer)
{
	struct ipsec_tcp_conn *conn;

	list_for_each_entry(conn, &tn->conns, list) {
		if (conn->peer == peer)
			ipsec_tcp_queue_wake(&conn->queue, 0);
	}
}

static int __net_init ipsec_tcp_control_net_init(struct net *net)
{
	struct ipsec_tcp_net *tn = ipsec_tcp_net(net);

	tn->stats = ipsec_tcp_stats_alloc();
	if (!tn->stats)
		return -ENOMEM;
	tn->net = net;
	mutex_init(&tn->lock);
	INIT_LIST_HEAD(&tn->peers);
	INIT_LIST_HEAD(&tn->conns);
	ipsec_tcp_lost_init(tn);
	tn->generation = 1;
	return 0;
}

/* A socket holds its namespace, so no connection is left. */
static void __net_exit ipsec_tcp_control_net_exit(struct net *net)
{
	struct ipsec_tcp_net *tn = ipsec_tcp_net(net);
	struct ipsec_tcp_peer *peer, *next;

	mutex_lock(&tn->lock);
	list_for_each_entry_safe(peer, next, &tn->peers, list)
		ipsec_tcp_control_del(tn, peer);
	mutex_unlock(&tn->lock);
	ipsec_tcp_lost_exit(tn);
	free_percpu(tn->stats);
}

static struct pernet_operations ipsec_tcp_control_net_ops = {
	.init = ipsec_tcp_control_net_init,
	.exit = ipsec_tcp_control_net_exit,
	.id = &ipsec_tcp_net_id,
	.size = sizeof(struct ipsec_tcp_net),
};

/**
 * ipsec_tcp_control_init - from now on namespaces can have peers
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_control_init(void)
{
	return register_pernet_subsys(&ipsec_tcp_control_net_ops);
}

/**
 * ipsec_tcp_control_exit - delete all peers; call rcu_barrier() afterwards
 */
void ipsec_tcp_control_exit(void)
{
	unregister_pernet_subsys(&ipsec_tcp_control_net_ops);
}
