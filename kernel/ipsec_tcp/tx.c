// SPDX-License-Identifier: GPL-2.0
/* Gives TCP what is in the queues, under the lock of the socket. */

#include <linux/delay.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <net/tcp.h>

#include "compat.h"
#include "ipsec_tcp.h"
#include "position.h"
#include "queue.h"
#include "tx.h"
#include "wire.h"

/**
 * ipsec_tcp_tx_pending - is there anything to send?
 * @conn: the connection
 *
 * Context: any; without the lock of the socket the result may be outdated.
 */
bool ipsec_tcp_tx_pending(const struct ipsec_tcp_conn *conn)
{
	return conn->tx.prefix_left || conn->tx.partial ||
	       !ipsec_tcp_queue_is_empty(&conn->queue);
}

/**
 * struct tx_batch - data for one call of sendmsg()
 * @parts: number of elements in the vector
 * @len: bytes
 * @max: no message is added once @len has reached this
 * @ike: number of IKE messages. Those that are queued later are not part of it
 * @more: the vector is full, and messages are left
 */
struct tx_batch {
	unsigned int parts;
	size_t len;
	size_t max;
	unsigned int ike;
	bool more;
};

static void ipsec_tcp_tx_part(struct ipsec_tcp_conn *conn,
			      struct tx_batch *batch, void *data, size_t len)
{
	struct kvec *part = &conn->tx.parts[batch->parts++];

	part->iov_base = data;
	part->iov_len = len;
	batch->len += len;
}

/* Linear part and pages, from byte @skip on. Pages are mapped: the hook
 * linearises packets with CONFIG_HIGHMEM.
 */
static void ipsec_tcp_tx_parts(struct ipsec_tcp_conn *conn,
			       struct tx_batch *batch,
			       const struct sk_buff *skb, u32 skip)
{
	u32 len = skb_headlen(skb);
	int i;

	if (skip < len)
		ipsec_tcp_tx_part(conn, batch, skb->data + skip, len - skip);
	skip -= min(skip, len);
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		len = skb_frag_size(frag);
		if (skip < len)
			ipsec_tcp_tx_part(conn, batch,
					  skb_frag_address(frag) + skip,
					  len - skip);
		skip -= min(skip, len);
	}
}

/* Returns the number of messages. */
static unsigned int ipsec_tcp_tx_batch_queue(struct ipsec_tcp_conn *conn,
					     struct tx_batch *batch,
					     const struct sk_buff_head *queue)
{
	unsigned int n = 0;
	struct sk_buff *skb;

	skb_queue_walk(queue, skb) {
		if (n == IPSEC_TCP_BATCH ||
		    batch->parts + 1 + skb_shinfo(skb)->nr_frags >
		    IPSEC_TCP_PARTS) {
			batch->more = true;
			break;
		}
		if (batch->len >= batch->max)
			break;
		ipsec_tcp_tx_parts(conn, batch, skb, 0);
		n++;
	}
	return n;
}

/* The rest of a message first, then IKE, then ESP. The messages stay in the
 * queues: until ipsec_tcp_tx_batch_end() nothing is taken off by anybody else.
 */
static void ipsec_tcp_tx_batch(struct ipsec_tcp_conn *conn,
			       struct tx_batch *batch)
{
	struct ipsec_tcp_queue *queue = &conn->queue;
	struct ipsec_tcp_tx *tx = &conn->tx;
	struct sk_buff_head late;

	if (tx->prefix_left)
		ipsec_tcp_tx_part(conn, batch, (void *)ipsec_tcp_prefix +
				  IPSEC_TCP_PREFIX_LEN - tx->prefix_left,
				  tx->prefix_left);
	if (tx->partial)
		ipsec_tcp_tx_parts(conn, batch, tx->partial, tx->partial_sent);
	spin_lock_bh(&queue->lock);
	ipsec_tcp_queue_expire(queue, &late);
	batch->ike = ipsec_tcp_tx_batch_queue(conn, batch, &queue->ike);
	if (!batch->more)
		ipsec_tcp_tx_batch_queue(conn, batch, &queue->esp);
	queue->sending = true;
	spin_unlock_bh(&queue->lock);
	ipsec_tcp_queue_drop(queue, &late, IPSEC_TCP_A_STATS_TX_LATE);
}

static void ipsec_tcp_tx_batch_end(struct ipsec_tcp_conn *conn)
{
	spin_lock_bh(&conn->queue.lock);
	conn->queue.sending = false;
	spin_unlock_bh(&conn->queue.lock);
}

static void ipsec_tcp_tx_done(struct ipsec_tcp_conn *conn, struct sk_buff *skb,
			      bool ike)
{
	ipsec_tcp_count(conn->stats, ike ? IPSEC_TCP_A_STATS_TX_IKE :
			IPSEC_TCP_A_STATS_TX_ESP);
	ipsec_tcp_stats_add(conn->stats, IPSEC_TCP_A_STATS_TX_BYTES, skb->len);
	consume_skb(skb);
}

/* Take the next message of the batch off its queue. */
static void ipsec_tcp_tx_next(struct ipsec_tcp_conn *conn,
			      struct tx_batch *batch)
{
	struct ipsec_tcp_queue *queue = &conn->queue;
	struct ipsec_tcp_tx *tx = &conn->tx;

	tx->partial_sent = 0;
	tx->partial_ike = batch->ike > 0;
	spin_lock_bh(&queue->lock);
	if (tx->partial_ike) {
		tx->partial = __skb_dequeue(&queue->ike);
		batch->ike--;
	} else {
		tx->partial = __skb_dequeue(&queue->esp);
		queue->esp_mem -= tx->partial->truesize;
	}
	spin_unlock_bh(&queue->lock);
}

/* Account for @sent bytes that TCP took. */
static void ipsec_tcp_tx_sent(struct ipsec_tcp_conn *conn,
			      struct tx_batch *batch, size_t sent)
{
	struct ipsec_tcp_tx *tx = &conn->tx;
	size_t part;

	/* Freeing a message may wake up a sender that TCP small queues hold
	 * back. With softirqs off its tasklet runs at local_bh_enable(), else
	 * ksoftirqd is woken up.
	 */
	local_bh_disable();
	part = min_t(size_t, sent, tx->prefix_left);
	tx->prefix_left -= part;
	sent -= part;
	while (sent) {
		if (!tx->partial)
			ipsec_tcp_tx_next(conn, batch);
		part = min_t(size_t, sent, tx->partial->len - tx->partial_sent);
		tx->partial_sent += part;
		sent -= part;
		if (tx->partial_sent == tx->partial->len) {
			ipsec_tcp_tx_done(conn, tx->partial, tx->partial_ike);
			tx->partial = NULL;
		}
	}
	local_bh_enable();
}

/* Limit of data that TCP has not sent: a sixteenth of a second at the current
 * rate. In the queues IKE can still overtake ESP, and old ESP can be dropped.
 */
#define TX_UNSENT_MIN	(16 * 1024)
#define TX_UNSENT_MAX	(128 * 1024)

/* Returns the number of bytes that TCP may take now. If it is 0, TCP calls
 * write_space() later.
 */
static size_t ipsec_tcp_tx_unsent_room(struct ipsec_tcp_conn *conn)
{
	struct sock *sk = conn->sk;
	u32 limit, unsent;

	if (conn->tx.last_call)
		return SIZE_MAX;
	limit = clamp_t(unsigned long, READ_ONCE(sk->sk_pacing_rate) / 16,
			TX_UNSENT_MIN, TX_UNSENT_MAX);
	WRITE_ONCE(tcp_sk(sk)->notsent_lowat, limit);
	unsent = tcp_sk(sk)->write_seq - tcp_sk(sk)->snd_nxt;
	if (unsent < limit)
		return limit - unsent;
	if (sk->sk_socket)
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	return 0;
}

static int ipsec_tcp_tx_give(struct ipsec_tcp_conn *conn,
			     const struct tx_batch *batch)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };

	if (batch->more)
		msg.msg_flags |= MSG_MORE;
	iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, conn->tx.parts, batch->parts,
		      batch->len);
	return tcp_sendmsg_locked(conn->sk, &msg, batch->len);
}

/* One call of sendmsg(). Returns 1 if another one makes sense, 0 or an error.
 */
static int ipsec_tcp_tx_push(struct ipsec_tcp_conn *conn)
{
	struct tx_batch batch = { .max = ipsec_tcp_tx_unsent_room(conn) };
	int sent = 0;

	if (!batch.max)
		return 0;
	ipsec_tcp_tx_batch(conn, &batch);
	if (batch.len)
		sent = ipsec_tcp_tx_give(conn, &batch);
	if (sent > 0)
		ipsec_tcp_tx_sent(conn, &batch, sent);
	ipsec_tcp_tx_batch_end(conn);
	if (sent <= 0)
		return sent;
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_TX_SENDS);
	conn->tx.last = ktime_get();
	ipsec_tcp_position_advance(conn, sent, 0);
	return sent == batch.len;
}

/* A sender that is called again within TX_BUSY microseconds would send messages
 * one by one, each as a segment. It sleeps until TX_GATHER microseconds have
 * passed, which is what interrupt moderation does for a network card. It does
 * not sleep if the queue has TX_LONG bytes.
 */
#define TX_BUSY		50
#define TX_GATHER	100
#define TX_LONG		65536

/**
 * ipsec_tcp_tx_gather - let messages gather if they come at a high rate
 * @conn: its socket not locked
 *
 * Context: the work. May sleep for a fraction of a millisecond.
 */
void ipsec_tcp_tx_gather(const struct ipsec_tcp_conn *conn)
{
	s64 us = ktime_us_delta(ktime_get(), conn->tx.last);

	if (us < TX_BUSY && READ_ONCE(conn->queue.esp_mem) < TX_LONG)
		usleep_range(TX_GATHER - us, TX_GATHER - us + 20);
}

/**
 * ipsec_tcp_tx_send - give TCP as much as it takes
 * @conn: its socket locked
 *
 * The rest waits for write_space(). After the end of TCP the messages stay in
 * the queues until the connection ends.
 *
 * Context: process.
 * Return: true if TCP is not going to call write_space(), since memory was
 * short and nothing is in flight. The caller has to try again later.
 */
bool ipsec_tcp_tx_send(struct ipsec_tcp_conn *conn)
{
	int more;

	if (conn->state != IPSEC_TCP_CONN_STATE_OPEN &&
	    conn->state != IPSEC_TCP_CONN_STATE_DRAINING)
		return false;
	if (!conn->started)
		return false;
	while ((more = ipsec_tcp_tx_push(conn)) > 0)
		cond_resched();
	if (ipsec_tcp_queue_has_room(&conn->queue))
		wake_up_interruptible(&conn->queue.room);
	return more < 0 && tcp_rtx_and_write_queues_empty(conn->sk);
}

/* IKE messages ignore the limits of TCP's send buffer: there are at most
 * IPSEC_TCP_IKE_MAX of them.
 */
static void ipsec_tcp_tx_last_call(struct ipsec_tcp_conn *conn)
{
	ipsec_tcp_queue_drop_esp(&conn->queue);
	conn->tx.last_call = true;
	WRITE_ONCE(tcp_sk(conn->sk)->notsent_lowat, U32_MAX);
	WRITE_ONCE(conn->sk->sk_sndbuf, INT_MAX / 2);
	ipsec_tcp_tx_send(conn);
}

/**
 * ipsec_tcp_tx_finish - send what waits before the socket is closed
 * @conn: its socket locked
 *
 * The last IKE message may delete an SA: TCP gets all IKE messages. ESP is sent
 * as far as TCP takes it.
 *
 * Context: process.
 */
void ipsec_tcp_tx_finish(struct ipsec_tcp_conn *conn)
{
	ipsec_tcp_tx_send(conn);
	if (conn->tx.partial || !skb_queue_empty_lockless(&conn->queue.ike))
		ipsec_tcp_tx_last_call(conn);
}

/**
 * ipsec_tcp_tx_purge - drop all messages, and accept no more
 * @conn: ended, its socket locked; or closed
 */
void ipsec_tcp_tx_purge(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_tx *tx = &conn->tx;

	if (tx->partial)
		ipsec_tcp_drop(conn->stats, tx->partial,
			       IPSEC_TCP_A_STATS_TX_LOST);
	tx->partial = NULL;
	ipsec_tcp_queue_shut(&conn->queue);
}
