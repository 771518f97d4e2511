// SPDX-License-Identifier: GPL-2.0
/* The state machine of a connection, in the order of its life. The lock of the
 * namespace is taken before the lock of the socket.
 */

#include <linux/delay.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/tcp.h>

#include "conn.h"
#include "ipsec_tcp.h"
#include "lost.h"
#include "peer.h"
#include "position.h"
#include "proof.h"
#include "queue.h"
#include "request.h"
#include "route.h"
#include "rx.h"
#include "slots.h"
#include "tx.h"

/* Time in microseconds in which softirqs empty the queues of this CPU. */
#define CONN_TURN	50

/* Jiffies until the sender tries again when memory is short. */
#define CONN_RETRY	2

static const struct ipsec_tcp_conn_ops *ipsec_tcp_conn_ops __read_mostly;

static void ipsec_tcp_conn_work(struct work_struct *work);
static void ipsec_tcp_conn_timer(struct work_struct *work);

/**
 * ipsec_tcp_conn_new - allocate a connection without a role
 * @sk: the socket, locked
 *
 * Return: the ULP data of the socket, or NULL.
 */
struct ipsec_tcp_conn *ipsec_tcp_conn_new(struct sock *sk)
{
	struct ipsec_tcp_conn *conn;

	conn = kzalloc(sizeof(*conn), GFP_KERNEL_ACCOUNT);
	if (!conn)
		return NULL;
	conn->sk = sk;
	conn->tn = ipsec_tcp_net(sock_net(sk));
	conn->stats = conn->tn->stats;
	INIT_LIST_HEAD(&conn->list);
	conn->queue.stats = conn->stats;
	ipsec_tcp_queue_setup(&conn->queue, ipsec_tcp_conn_work,
			      ipsec_tcp_conn_timer);
	skb_queue_head_init(&conn->owner);
	return conn;
}

/* Several networks may use the same addresses: the scope tells them apart. */
static int ipsec_tcp_conn_scope(const struct ipsec_tcp_conn *conn)
{
	int dev = READ_ONCE(conn->sk->sk_bound_dev_if);

	if (!dev || ipv6_addr_type(&conn->remote) & IPV6_ADDR_LINKLOCAL)
		return dev;
	return l3mdev_master_ifindex_by_index(sock_net(conn->sk), dev);
}

/* A socket of AF_INET6 may carry IPv4. */
static void ipsec_tcp_conn_addresses(struct ipsec_tcp_conn *conn)
{
	const struct inet_sock *inet = inet_sk(conn->sk);

	conn->remote_port = inet->inet_dport;
	conn->local_port = inet->inet_sport;
	if (conn->sk->sk_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&conn->sk->sk_v6_daddr)) {
		conn->family = AF_INET6;
		conn->remote = conn->sk->sk_v6_daddr;
		conn->local = conn->sk->sk_v6_rcv_saddr;
		conn->scope = ipsec_tcp_conn_scope(conn);
		return;
	}
	conn->family = AF_INET;
	ipv6_addr_set_v4mapped(inet->inet_daddr, &conn->remote);
	ipv6_addr_set_v4mapped(inet->inet_rcv_saddr, &conn->local);
	conn->scope = ipsec_tcp_conn_scope(conn);
}

static int ipsec_tcp_conn_check_peer(const struct ipsec_tcp_conn *conn, u8 role,
				     const struct ipsec_tcp_peer *peer)
{
	if (peer->set.role != role)
		return -EINVAL;
	if (!ipsec_tcp_peer_covers(peer, &conn->remote))
		return -EADDRNOTAVAIL;
	if (ipsec_tcp_slots_full(peer, role)) {
		ipsec_tcp_count(peer->stats, IPSEC_TCP_A_STATS_CONN_REFUSED);
		return -EUSERS;
	}
	return 0;
}

static void ipsec_tcp_conn_set_state(struct ipsec_tcp_conn *conn, u8 state)
{
	WRITE_ONCE(conn->state, state);
}

/* An originator sends by its newest connection. Only the lock of the namespace
 * protects the state of @old: its socket is not locked.
 */
static void ipsec_tcp_conn_activate(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_peer *peer = conn->peer;
	struct ipsec_tcp_conn *old;

	old = rcu_dereference_protected(peer->active,
					lockdep_is_held(&conn->tn->lock));
	if (old)
		ipsec_tcp_conn_set_state(old, IPSEC_TCP_CONN_STATE_DRAINING);
	rcu_assign_pointer(peer->active, conn);
}

/* A connection of a responder has a UDP port of its own. Until there is proof,
 * only responses to received messages leave by it.
 */
static int ipsec_tcp_conn_add_route(struct ipsec_tcp_conn *conn,
				    struct ipsec_tcp_peer *peer)
{
	struct ipsec_tcp_route *route = &conn->route;
	int err;

	route->path.net = conn->tn->net;
	route->path.remote = conn->remote;
	route->path.local = conn->local;
	route->path.scope = conn->scope ?: IPSEC_TCP_ANY_SCOPE;
	route->peer = peer;
	route->conn = conn;
	err = ipsec_tcp_route_add_port(route);
	conn->udp_port = route->path.port;
	conn->esp_route = *route;
	conn->esp_route.path.port = 0;
	INIT_HLIST_NODE(&conn->esp_route.node);
	return err;
}

static int ipsec_tcp_conn_get_port(struct ipsec_tcp_conn *conn, u8 role,
				   struct ipsec_tcp_peer *peer)
{
	conn->udp_port = conn->remote_port;
	if (!peer)
		return 0;
	if (role == IPSEC_TCP_ROLE_RESPONDER)
		return ipsec_tcp_conn_add_route(conn, peer);
	conn->udp_port = peer->set.udp_port;
	return 0;
}

static void ipsec_tcp_conn_set_peer(struct ipsec_tcp_conn *conn,
				    struct ipsec_tcp_peer *peer)
{
	refcount_inc(&peer->ref);
	conn->peer = peer;
	conn->stats = peer->stats;
	conn->queue.stats = peer->stats;
	conn->queue.limit = &peer->set.queue_limit;
	ipsec_tcp_slots_take(conn);
	ipsec_tcp_proof_add(conn);
	if (conn->role == IPSEC_TCP_ROLE_ORIGINATOR) {
		conn->proof.proven = true;
		ipsec_tcp_request_again(&peer->request, &conn->queue);
		ipsec_tcp_conn_activate(conn);
	}
	ipsec_tcp_conn_ops->started(conn);
}

static void ipsec_tcp_conn_list(struct ipsec_tcp_conn *conn)
{
	conn->id = ++conn->tn->last_conn;
	list_add_tail(&conn->list, &conn->tn->conns);
	conn->tn->generation++;
}

/**
 * ipsec_tcp_conn_kill - have the work end a connection with a reset
 * @conn: the connection
 * @reason: enum ipsec_tcp_close_reason; the first one counts
 *
 * Context: as ipsec_tcp_queue_kick().
 */
void ipsec_tcp_conn_kill(struct ipsec_tcp_conn *conn, int reason)
{
	/* 0 is IPSEC_TCP_CLOSE_REASON_OWNER, which does not come here. */
	cmpxchg(&conn->reason, 0, reason);
	ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_END);
}

/* A firewall accepts fake TCP until the streams have advanced too far. */
static void ipsec_tcp_conn_moved(struct ipsec_tcp_conn *conn)
{
	if (ipsec_tcp_conn_wants_fake(conn))
		ipsec_tcp_conn_ops->moved(conn);
}

/**
 * ipsec_tcp_conn_read - read what TCP has, until the turn of this CPU is over
 * @conn: its socket locked
 *
 * Context: softirq or process.
 * Return: true if there is more. The caller has to call again after softirqs
 * have run, unless data_ready() calls it.
 */
bool ipsec_tcp_conn_read(struct ipsec_tcp_conn *conn)
{
	unsigned int verdict = ipsec_tcp_rx_read(conn);

	if (verdict & IPSEC_TCP_RX_OPENED) {
		ipsec_tcp_conn_set_state(conn, IPSEC_TCP_CONN_STATE_OPEN);
		ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_OPENED);
	}
	if (verdict & IPSEC_TCP_RX_FATAL)
		ipsec_tcp_conn_kill(conn, conn->rx.reason);
	if (verdict & IPSEC_TCP_RX_MOVED)
		ipsec_tcp_conn_moved(conn);
	return verdict & IPSEC_TCP_RX_MORE;
}

static void ipsec_tcp_conn_send(struct ipsec_tcp_conn *conn)
{
	if (ipsec_tcp_tx_send(conn))
		ipsec_tcp_queue_wake(&conn->queue, CONN_RETRY);
	/* The window and the acknowledgment number change without messages,
	 * too.
	 */
	ipsec_tcp_position_advance(conn, 0, 0);
	ipsec_tcp_conn_moved(conn);
}

/* The owner reads this by SO_ERROR. */
static int ipsec_tcp_conn_errno(int reason)
{
	switch (reason) {
	case IPSEC_TCP_CLOSE_REASON_BAD_PREFIX:
	case IPSEC_TCP_CLOSE_REASON_BAD_LENGTH:
		return -EPROTO;
	case IPSEC_TCP_CLOSE_REASON_CORRUPT:
		return -EBADMSG;
	case IPSEC_TCP_CLOSE_REASON_PREFIX_TIMEOUT:
	case IPSEC_TCP_CLOSE_REASON_IDLE_TIMEOUT:
	case IPSEC_TCP_CLOSE_REASON_PROOF_TIMEOUT:
		return -ETIMEDOUT;
	default:
		return -ECONNABORTED;
	}
}

static int ipsec_tcp_conn_reason_counter(int reason)
{
	switch (reason) {
	case IPSEC_TCP_CLOSE_REASON_BAD_PREFIX:
		return IPSEC_TCP_A_STATS_CONN_BAD_PREFIX;
	case IPSEC_TCP_CLOSE_REASON_BAD_LENGTH:
		return IPSEC_TCP_A_STATS_CONN_BAD_LENGTH;
	case IPSEC_TCP_CLOSE_REASON_CORRUPT:
		return IPSEC_TCP_A_STATS_CONN_CORRUPT;
	case IPSEC_TCP_CLOSE_REASON_PREFIX_TIMEOUT:
		return IPSEC_TCP_A_STATS_CONN_PREFIX_TIMEOUT;
	case IPSEC_TCP_CLOSE_REASON_IDLE_TIMEOUT:
		return IPSEC_TCP_A_STATS_CONN_IDLE_TIMEOUT;
	case IPSEC_TCP_CLOSE_REASON_PROOF_TIMEOUT:
		return IPSEC_TCP_A_STATS_CONN_PROOF_TIMEOUT;
	case IPSEC_TCP_CLOSE_REASON_EVICTED:
		return IPSEC_TCP_A_STATS_CONN_EVICTED;
	default:
		return 0;
	}
}

/* The newest of the remaining connections becomes the active one. */
static void ipsec_tcp_conn_deactivate(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_net *tn = conn->tn;
	struct ipsec_tcp_conn *other;

	if (rcu_access_pointer(conn->peer->active) != conn)
		return;
	RCU_INIT_POINTER(conn->peer->active, NULL);
	list_for_each_entry_reverse(other, &tn->conns, list) {
		if (other->peer != conn->peer ||
		    other->state != IPSEC_TCP_CONN_STATE_DRAINING)
			continue;
		ipsec_tcp_conn_set_state(other, IPSEC_TCP_CONN_STATE_OPEN);
		rcu_assign_pointer(conn->peer->active, other);
		break;
	}
}

/* For some time nothing leaves for the UDP port of a proven connection. */
static void ipsec_tcp_conn_del_routes(struct ipsec_tcp_conn *conn)
{
	bool is_set = conn->peer && conn->role == IPSEC_TCP_ROLE_RESPONDER;

	if (is_set && READ_ONCE(conn->proof.proven) && !conn->peer->dead)
		ipsec_tcp_lost_add(conn);
	ipsec_tcp_route_del(&conn->route);
	ipsec_tcp_route_del(&conn->esp_route);
	ipsec_tcp_proof_del(conn);
}

/* Take a connection out of service, once. The locks of the namespace and of the
 * socket are held.
 */
static void ipsec_tcp_conn_end(struct ipsec_tcp_conn *conn, int reason)
{
	if (!conn->started || conn->state == IPSEC_TCP_CONN_STATE_CLOSED)
		return;
	conn->reason = reason;
	conn->rx.dead = true;
	ipsec_tcp_conn_set_state(conn, IPSEC_TCP_CONN_STATE_CLOSED);
	conn->tn->generation++;
	if (ipsec_tcp_conn_reason_counter(reason))
		ipsec_tcp_count(conn->stats,
				ipsec_tcp_conn_reason_counter(reason));
	ipsec_tcp_conn_del_routes(conn);
	ipsec_tcp_conn_ops->ended(conn);
	if (conn->peer) {
		ipsec_tcp_slots_give(conn);
		ipsec_tcp_conn_deactivate(conn);
	}
	ipsec_tcp_rx_purge(conn);
	ipsec_tcp_tx_purge(conn);
	ipsec_tcp_conn_ops->event(conn, IPSEC_TCP_CMD_CONN_DEL);
}

/* End a connection without its work. The lock of the namespace is held. */
static void ipsec_tcp_conn_end_now(struct ipsec_tcp_conn *conn, int reason)
{
	bool ended;

	lock_sock(conn->sk);
	ended = conn->state == IPSEC_TCP_CONN_STATE_CLOSED;
	ipsec_tcp_conn_end(conn, reason);
	release_sock(conn->sk);
	if (!ended)
		tcp_abort(conn->sk, -ipsec_tcp_conn_errno(reason));
}

/* The new connection may exceed the share of connections without proof. */
static void ipsec_tcp_conn_evict(const struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_conn *victim;

	victim = conn->peer ? ipsec_tcp_slots_victim(conn) : NULL;
	if (victim)
		ipsec_tcp_conn_end_now(victim, IPSEC_TCP_CLOSE_REASON_EVICTED);
}

static int ipsec_tcp_conn_start_locked(struct ipsec_tcp_conn *conn, u8 role,
				       u32 peer_id)
{
	struct ipsec_tcp_peer *peer = NULL;
	int err;

	if (conn->started)
		return -EALREADY;
	if (conn->sk->sk_state != TCP_ESTABLISHED)
		return -ENOTCONN;
	ipsec_tcp_conn_addresses(conn);
	if (peer_id) {
		peer = ipsec_tcp_peer_find(conn->tn, peer_id);
		if (!peer)
			return -ENOENT;
		err = ipsec_tcp_conn_check_peer(conn, role, peer);
		if (err)
			return err;
	}
	err = ipsec_tcp_position_begin(conn);
	if (!err)
		err = ipsec_tcp_conn_get_port(conn, role, peer);
	if (err)
		return err;
	conn->role = role;
	conn->start = jiffies;
	conn->last_rx = jiffies;
	if (role == IPSEC_TCP_ROLE_ORIGINATOR) {
		conn->tx.prefix_left = IPSEC_TCP_PREFIX_LEN;
		conn->rx.prefix = IPSEC_TCP_PREFIX_LEN;
		ipsec_tcp_conn_set_state(conn, IPSEC_TCP_CONN_STATE_OPEN);
		set_bit(IPSEC_TCP_TODO_OPENED, &conn->queue.todo);
	}
	ipsec_tcp_conn_list(conn);
	if (peer)
		ipsec_tcp_conn_set_peer(conn, peer);
	conn->started = true;
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_CONN_OPENED);
	return 0;
}

/**
 * ipsec_tcp_conn_start - give a connection its role and its peer
 * @conn: without a role
 * @role: enum ipsec_tcp_role
 * @peer_id: or 0
 *
 * Context: process, neither lock held.
 * Return: 0 or a negative error.
 */
int ipsec_tcp_conn_start(struct ipsec_tcp_conn *conn, u8 role, u32 peer_id)
{
	struct ipsec_tcp_net *tn = conn->tn;
	int err;

	mutex_lock(&tn->lock);
	lock_sock(conn->sk);
	err = ipsec_tcp_conn_start_locked(conn, role, peer_id);
	release_sock(conn->sk);
	if (!err) {
		ipsec_tcp_conn_evict(conn);
		ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_READ);
		ipsec_tcp_queue_wake(&conn->queue, 0);
	}
	mutex_unlock(&tn->lock);
	return err;
}

/* Returns the reason for the end of TCP, or 0 (OWNER) while TCP is connected.
 */
static int ipsec_tcp_conn_tcp_over(const struct sock *sk)
{
	switch (sk->sk_state) {
	case TCP_ESTABLISHED:
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
		return 0;
	case TCP_CLOSE_WAIT:
	case TCP_LAST_ACK:
	case TCP_CLOSING:
		return IPSEC_TCP_CLOSE_REASON_PEER;
	default:
		return IPSEC_TCP_CLOSE_REASON_ERROR;
	}
}

/* The turn of this CPU is over. Sleep, so that softirqs and the tasks that they
 * woke up run.
 */
static void ipsec_tcp_conn_work_later(struct ipsec_tcp_conn *conn)
{
	usleep_range(CONN_TURN, CONN_TURN * 2);
	ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_READ);
}

/* TCP has ended, or the kernel wants the connection to end. */
static void ipsec_tcp_conn_work_end(struct ipsec_tcp_conn *conn)
{
	struct sock *sk = conn->sk;
	bool abort = false, more = false;
	int reason;

	mutex_lock(&conn->tn->lock);
	lock_sock(sk);
	reason = conn->reason;
	if (reason) {
		abort = conn->state != IPSEC_TCP_CONN_STATE_CLOSED;
	} else {
		/* Messages that came before the FIN are delivered. */
		more = ipsec_tcp_conn_read(conn);
		if (!more)
			reason = ipsec_tcp_conn_tcp_over(sk);
	}
	if (reason)
		ipsec_tcp_conn_end(conn, reason);
	release_sock(sk);
	mutex_unlock(&conn->tn->lock);
	if (abort)
		tcp_abort(sk, -ipsec_tcp_conn_errno(reason));
	if (more) {
		set_bit(IPSEC_TCP_TODO_END, &conn->queue.todo);
		ipsec_tcp_conn_work_later(conn);
	}
}

static void ipsec_tcp_conn_work_opened(struct ipsec_tcp_conn *conn)
{
	mutex_lock(&conn->tn->lock);
	conn->tn->generation++;
	if (conn->state != IPSEC_TCP_CONN_STATE_CLOSED)
		ipsec_tcp_conn_ops->event(conn, IPSEC_TCP_CMD_CONN_NEW);
	mutex_unlock(&conn->tn->lock);
}

/* ESP without UDP is routed to a connection that such ESP has come by. The
 * route is added with the first proof, before that ESP: the first answer finds
 * it.
 */
static void ipsec_tcp_conn_add_esp_route(struct ipsec_tcp_conn *conn)
{
	if (hlist_unhashed(&conn->esp_route.node))
		ipsec_tcp_route_add(&conn->esp_route);
}

static void ipsec_tcp_conn_work_proven(struct ipsec_tcp_conn *conn)
{
	mutex_lock(&conn->tn->lock);
	if (conn->peer && conn->state != IPSEC_TCP_CONN_STATE_CLOSED) {
		ipsec_tcp_slots_prove(conn);
		ipsec_tcp_conn_add_esp_route(conn);
		/* From now on the idle timeout applies. */
		WRITE_ONCE(conn->last_rx, jiffies);
		ipsec_tcp_queue_wake(&conn->queue, 0);
	}
	mutex_unlock(&conn->tn->lock);
}

static void ipsec_tcp_conn_work_renew(struct ipsec_tcp_conn *conn)
{
	mutex_lock(&conn->tn->lock);
	if (conn->state != IPSEC_TCP_CONN_STATE_CLOSED) {
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_CONN_RENEW);
		ipsec_tcp_conn_ops->event(conn, IPSEC_TCP_CMD_CONN_RENEW);
	}
	mutex_unlock(&conn->tn->lock);
}

static void ipsec_tcp_conn_work(struct work_struct *work)
{
	struct ipsec_tcp_conn *conn;
	bool more = false;
	unsigned long *todo;

	conn = container_of(work, struct ipsec_tcp_conn, queue.work);
	todo = &conn->queue.todo;

	/* Gather messages only if there is nothing else to do. */
	if (!READ_ONCE(*todo))
		ipsec_tcp_tx_gather(conn);
	lock_sock(conn->sk);
	if (test_and_clear_bit(IPSEC_TCP_TODO_READ, todo))
		more = ipsec_tcp_conn_read(conn);
	ipsec_tcp_conn_send(conn);
	release_sock(conn->sk);

	if (test_and_clear_bit(IPSEC_TCP_TODO_OPENED, todo))
		ipsec_tcp_conn_work_opened(conn);
	if (test_and_clear_bit(IPSEC_TCP_TODO_PROVEN, todo))
		ipsec_tcp_conn_work_proven(conn);
	if (test_and_clear_bit(IPSEC_TCP_TODO_RENEW, todo))
		ipsec_tcp_conn_work_renew(conn);
	if (more)
		ipsec_tcp_conn_work_later(conn);
	else if (test_and_clear_bit(IPSEC_TCP_TODO_END, todo))
		ipsec_tcp_conn_work_end(conn);
}

/* Returns false if there is no timeout. @when is in jiffies. */
static bool ipsec_tcp_conn_deadline(const struct ipsec_tcp_conn *conn,
				    unsigned long *when, int *reason)
{
	u16 prefix = IPSEC_TCP_DEFAULT_PREFIX_TIMEOUT;
	u16 proof = IPSEC_TCP_DEFAULT_PROOF_TIMEOUT;
	u32 idle = IPSEC_TCP_DEFAULT_IDLE_TIMEOUT;

	if (conn->peer) {
		prefix = READ_ONCE(conn->peer->set.prefix_timeout);
		proof = READ_ONCE(conn->peer->set.proof_timeout);
		idle = READ_ONCE(conn->peer->set.idle_timeout);
	}
	if (conn->state == IPSEC_TCP_CONN_STATE_PREFIX) {
		*when = conn->start + prefix * HZ;
		*reason = IPSEC_TCP_CLOSE_REASON_PREFIX_TIMEOUT;
		return true;
	}
	if (conn->peer && !READ_ONCE(conn->proof.proven)) {
		*when = conn->start + proof * HZ;
		*reason = IPSEC_TCP_CLOSE_REASON_PROOF_TIMEOUT;
		return conn->state != IPSEC_TCP_CONN_STATE_CLOSED;
	}
	*when = READ_ONCE(conn->last_rx) + (unsigned long)idle * HZ;
	*reason = IPSEC_TCP_CLOSE_REASON_IDLE_TIMEOUT;
	return idle && conn->state != IPSEC_TCP_CONN_STATE_CLOSED;
}

/* If ESP flows in one direction only, the other end sends nothing but
 * acknowledgments of TCP. They extend the idle timeout.
 */
static bool ipsec_tcp_conn_has_sent(struct ipsec_tcp_conn *conn)
{
	u64 acked = READ_ONCE(tcp_sk(conn->sk)->bytes_acked);
	bool more = acked != conn->acked;

	conn->acked = acked;
	return more;
}

static bool ipsec_tcp_conn_is_over(struct ipsec_tcp_conn *conn, int reason)
{
	return reason != IPSEC_TCP_CLOSE_REASON_IDLE_TIMEOUT ||
	       !ipsec_tcp_conn_has_sent(conn);
}

/* Runs when the next timeout is due. A change of state or settings that makes
 * it due sooner runs the timer at once. A sender without memory runs it soon.
 */
static void ipsec_tcp_conn_timer(struct work_struct *work)
{
	struct ipsec_tcp_conn *conn;
	unsigned long when;
	int reason;

	conn = container_of(to_delayed_work(work), struct ipsec_tcp_conn,
			    queue.timer);
	if (ipsec_tcp_tx_pending(conn))
		ipsec_tcp_queue_kick(&conn->queue);
	if (!ipsec_tcp_conn_deadline(conn, &when, &reason))
		return;
	if (time_before(jiffies, when)) {
		ipsec_tcp_queue_arm(&conn->queue, when - jiffies);
	} else if (ipsec_tcp_conn_is_over(conn, reason)) {
		ipsec_tcp_conn_kill(conn, reason);
	} else {
		WRITE_ONCE(conn->last_rx, jiffies);
		ipsec_tcp_queue_arm(&conn->queue, 0);
	}
}

/**
 * ipsec_tcp_conn_close - the owner closes the socket
 * @conn: freed after a grace period; its socket has its former operations
 *
 * Context: process, no lock held.
 */
void ipsec_tcp_conn_close(struct ipsec_tcp_conn *conn)
{
	mutex_lock(&conn->tn->lock);
	lock_sock(conn->sk);
	ipsec_tcp_tx_finish(conn);
	ipsec_tcp_conn_end(conn, IPSEC_TCP_CLOSE_REASON_OWNER);
	skb_queue_purge(&conn->owner);
	list_del_init(&conn->list);
	ipsec_tcp_queue_close(&conn->queue);
	release_sock(conn->sk);
	mutex_unlock(&conn->tn->lock);

	ipsec_tcp_queue_stop(&conn->queue);
	ipsec_tcp_tx_purge(conn);
	ipsec_tcp_peer_put(conn->peer);
	kfree_rcu(conn, rcu);
}

/**
 * ipsec_tcp_conn_init - before the first connection
 * @ops: of the layers above
 */
void ipsec_tcp_conn_init(const struct ipsec_tcp_conn_ops *ops)
{
	ipsec_tcp_conn_ops = ops;
}
