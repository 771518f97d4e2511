// SPDX-License-Identifier: GPL-2.0
/* Who has a message appends it to a queue, in whatever context; the work of the
 * connection gives TCP as many at a time as it takes.
 */

#include <linux/delay.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <net/tcp.h>

#include "compat.h"
#include "conn.h"
#include "fake.h"
#include "tx.h"

/**
 * ipsec_tcp_tx_frame - put the Length field before a message
 * @skb: the message (RFC 9329, section 3), with room in front that nobody else
 *	uses
 *
 * Return: false if it is longer than a message can be.
 */
bool ipsec_tcp_tx_frame(struct sk_buff *skb)
{
	void *length;

	if (skb->len > IPSEC_TCP_MAX_PAYLOAD)
		return false;
	length = skb_push(skb, IPSEC_TCP_LENGTH_SIZE);
	put_unaligned_be16(skb->len, length);
	return true;
}

static u32 tx_limit(const struct ipsec_tcp_conn *conn)
{
	if (!conn->peer)
		return IPSEC_TCP_DEFAULT_QUEUE_LIMIT;
	return READ_ONCE(conn->peer->set.queue_limit);
}

/* What has waited longer than this is better dropped: inner connections are to
 * see loss, not seconds of delay (RFC 9329, section 9.1). A queue that is short
 * enough may take its time.
 */
#define TX_TIME_MAX	(HZ / 10)
#define TX_SHORT	65536

/* When a message was queued, in jiffies. */
static unsigned long *tx_since(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(unsigned long) > sizeof(skb->cb));
	return (unsigned long *)skb->cb;
}

/* Take ESP off the queue that has waited too long, the oldest first: what is
 * new has more use for the line. tx.lock held.
 */
static void tx_expire(struct ipsec_tcp_tx *tx, struct sk_buff_head *late)
{
	struct sk_buff *skb;

	__skb_queue_head_init(late);
	/* TCP is about to copy some of them. */
	if (tx->sending)
		return;
	while (tx->esp_mem > TX_SHORT) {
		skb = skb_peek(&tx->esp);
		if (!time_after(jiffies, *tx_since(skb) + TX_TIME_MAX))
			break;
		tx->esp_mem -= skb->truesize;
		__skb_unlink(skb, &tx->esp);
		__skb_queue_tail(late, skb);
	}
}

static void tx_drop(struct ipsec_tcp_conn *conn, struct sk_buff_head *list,
		    int counter)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		ipsec_tcp_drop(conn->stats, skb, counter);
}

static bool tx_fits(const struct ipsec_tcp_conn *conn,
		    const struct sk_buff *skb, bool ike)
{
	if (ike)
		return skb_queue_len(&conn->tx.ike) < IPSEC_TCP_IKE_MAX;
	return conn->tx.esp_mem + skb->truesize <= tx_limit(conn);
}

static void tx_append(struct ipsec_tcp_conn *conn, struct sk_buff *skb,
		      bool ike)
{
	if (ike) {
		__skb_queue_tail(&conn->tx.ike, skb);
		return;
	}
	*tx_since(skb) = jiffies;
	__skb_queue_tail(&conn->tx.esp, skb);
	conn->tx.esp_mem += skb->truesize;
}

/**
 * ipsec_tcp_tx_queue - append a message to its queue, and have it sent
 * @conn: the connection
 * @skb: with its Length field; consumed, if 0 is returned
 * @ike: it is an IKE message
 *
 * Context: any but hard interrupts.
 * Return: 0, -ENOBUFS if the queue is full, -ENOTCONN if it is closed.
 */
int ipsec_tcp_tx_queue(struct ipsec_tcp_conn *conn, struct sk_buff *skb,
		       bool ike)
{
	struct sk_buff_head late;
	int err = 0;

	spin_lock_bh(&conn->tx.lock);
	tx_expire(&conn->tx, &late);
	if (conn->tx.closed ||
	    READ_ONCE(conn->state) == IPSEC_TCP_CONN_STATE_CLOSED)
		err = -ENOTCONN;
	else if (!tx_fits(conn, skb, ike))
		err = -ENOBUFS;
	else
		tx_append(conn, skb, ike);
	/* Work that has not begun is going to take the lock, and see it. */
	if (!err && !work_pending(&conn->work))
		ipsec_tcp_conn_work(conn);
	spin_unlock_bh(&conn->tx.lock);
	tx_drop(conn, &late, IPSEC_TCP_A_STATS_TX_LATE);
	return err;
}

/**
 * ipsec_tcp_tx_pending - is there anything to send?
 * @conn: the connection
 */
bool ipsec_tcp_tx_pending(const struct ipsec_tcp_conn *conn)
{
	return conn->tx.prefix_left || conn->tx.partial ||
	       !skb_queue_empty_lockless(&conn->tx.ike) ||
	       !skb_queue_empty_lockless(&conn->tx.esp);
}

/**
 * ipsec_tcp_tx_room - is there room for one more IKE message?
 * @conn: the connection
 */
bool ipsec_tcp_tx_room(const struct ipsec_tcp_conn *conn)
{
	return skb_queue_len_lockless(&conn->tx.ike) < IPSEC_TCP_IKE_MAX;
}

/**
 * struct tx_batch - what is given to TCP in one call
 * @parts: number of parts of the vector
 * @len: bytes
 * @max: no further message once it has so many
 * @ike: number of IKE messages; those that come later are not in it
 * @more: there is more than what fits
 */
struct tx_batch {
	unsigned int parts;
	size_t len;
	size_t max;
	unsigned int ike;
	bool more;
};

static void tx_part(struct ipsec_tcp_conn *conn, struct tx_batch *batch,
		    void *data, size_t len)
{
	struct kvec *part = &conn->tx.parts[batch->parts++];

	part->iov_base = data;
	part->iov_len = len;
	batch->len += len;
}

/* Head and pages, from byte @skip on. The hook saw to it that all of it has an
 * address.
 */
static void tx_parts(struct ipsec_tcp_conn *conn, struct tx_batch *batch,
		     const struct sk_buff *skb, u32 skip)
{
	u32 len = skb_headlen(skb);
	int i;

	if (skip < len)
		tx_part(conn, batch, skb->data + skip, len - skip);
	skip -= min(skip, len);
	for (i = 0; i < skb_shinfo(skb)->nr_frags; i++) {
		const skb_frag_t *frag = &skb_shinfo(skb)->frags[i];

		len = skb_frag_size(frag);
		if (skip < len)
			tx_part(conn, batch, skb_frag_address(frag) + skip,
				len - skip);
		skip -= min(skip, len);
	}
}

/* Returns the number of messages. */
static unsigned int tx_batch_queue(struct ipsec_tcp_conn *conn,
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
		tx_parts(conn, batch, skb, 0);
		n++;
	}
	return n;
}

/* What is under way first, then IKE, then ESP. Nothing is taken off the queues
 * yet; they only grow at their end until tx_batch_end().
 */
static void tx_batch(struct ipsec_tcp_conn *conn, struct tx_batch *batch)
{
	struct ipsec_tcp_tx *tx = &conn->tx;
	struct sk_buff_head late;

	if (tx->prefix_left)
		tx_part(conn, batch, (void *)ipsec_tcp_prefix +
			IPSEC_TCP_PREFIX_LEN - tx->prefix_left,
			tx->prefix_left);
	if (tx->partial)
		tx_parts(conn, batch, tx->partial, tx->partial_sent);
	spin_lock_bh(&tx->lock);
	tx_expire(tx, &late);
	batch->ike = tx_batch_queue(conn, batch, &tx->ike);
	if (!batch->more)
		tx_batch_queue(conn, batch, &tx->esp);
	tx->sending = true;
	spin_unlock_bh(&tx->lock);
	tx_drop(conn, &late, IPSEC_TCP_A_STATS_TX_LATE);
}

static void tx_batch_end(struct ipsec_tcp_conn *conn)
{
	spin_lock_bh(&conn->tx.lock);
	conn->tx.sending = false;
	spin_unlock_bh(&conn->tx.lock);
}

static void tx_done(struct ipsec_tcp_conn *conn, struct sk_buff *skb, bool ike)
{
	ipsec_tcp_count(conn->stats, ike ? IPSEC_TCP_A_STATS_TX_IKE :
			IPSEC_TCP_A_STATS_TX_ESP);
	ipsec_tcp_stats_add(conn->stats, IPSEC_TCP_A_STATS_TX_BYTES, skb->len);
	consume_skb(skb);
}

/* The message that comes next in the order of the batch. */
static void tx_next(struct ipsec_tcp_conn *conn, struct tx_batch *batch)
{
	struct ipsec_tcp_tx *tx = &conn->tx;

	tx->partial_sent = 0;
	tx->partial_ike = batch->ike > 0;
	spin_lock_bh(&tx->lock);
	if (tx->partial_ike) {
		tx->partial = __skb_dequeue(&tx->ike);
		batch->ike--;
	} else {
		tx->partial = __skb_dequeue(&tx->esp);
		tx->esp_mem -= tx->partial->truesize;
	}
	spin_unlock_bh(&tx->lock);
}

/* TCP took @sent bytes of the batch. */
static void tx_sent(struct ipsec_tcp_conn *conn, struct tx_batch *batch,
		    size_t sent)
{
	struct ipsec_tcp_tx *tx = &conn->tx;
	size_t part;

	/* Senders that are held back by what waits here (TCP small queues)
	 * find out when softirqs are on again, not by ksoftirqd.
	 */
	local_bh_disable();
	part = min_t(size_t, sent, tx->prefix_left);
	tx->prefix_left -= part;
	sent -= part;
	while (sent) {
		if (!tx->partial)
			tx_next(conn, batch);
		part = min_t(size_t, sent, tx->partial->len - tx->partial_sent);
		tx->partial_sent += part;
		sent -= part;
		if (tx->partial_sent == tx->partial->len) {
			tx_done(conn, tx->partial, tx->partial_ike);
			tx->partial = NULL;
		}
	}
	local_bh_enable();
}

/* What TCP may have that it has not sent: what leaves within a sixteenth of a
 * second. The rest waits here, where IKE can overtake it, and where what is old
 * is dropped.
 */
#define TX_UNSENT_MIN	(16 * 1024)
#define TX_UNSENT_MAX	(128 * 1024)

/* Bytes that TCP may take now. Without any it says when there are. */
static size_t tx_unsent_room(struct ipsec_tcp_conn *conn)
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

/* Returns the number of bytes that TCP took, or an error. */
static int tx_give(struct ipsec_tcp_conn *conn, const struct tx_batch *batch)
{
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };

	if (batch->more)
		msg.msg_flags |= MSG_MORE;
	iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, conn->tx.parts, batch->parts,
		      batch->len);
	return tcp_sendmsg_locked(conn->sk, &msg, batch->len);
}

/* Without memory, and with nothing under way, TCP would not say when to try
 * again.
 */
static void tx_failed(struct ipsec_tcp_conn *conn)
{
	if (tcp_rtx_and_write_queues_empty(conn->sk))
		ipsec_tcp_conn_retry(conn);
}

/* One call. Returns whether another one makes sense. */
static bool tx_push(struct ipsec_tcp_conn *conn)
{
	struct tx_batch batch = { .max = tx_unsent_room(conn) };
	int sent = 0;

	if (!batch.max)
		return false;
	tx_batch(conn, &batch);
	if (batch.len)
		sent = tx_give(conn, &batch);
	if (sent > 0)
		tx_sent(conn, &batch, sent);
	tx_batch_end(conn);
	if (sent < 0)
		tx_failed(conn);
	if (sent <= 0)
		return false;
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_TX_SENDS);
	conn->tx.last = ktime_get();
	ipsec_tcp_fake_moved(conn, sent, 0);
	return sent == batch.len;
}

/* Microseconds. Who sends again so soon after the last time would go on to send
 * messages one by one, each a segment with all that it costs: it sleeps until the
 * second is over, as a network card does with its interrupts. A queue that is
 * long enough does not wait.
 */
#define TX_BUSY		50
#define TX_GATHER	100
#define TX_LONG		65536

/**
 * ipsec_tcp_tx_gather - let messages gather, if they come at a high rate
 * @conn: its socket not locked
 *
 * Context: the work. May sleep, for a fraction of a millisecond.
 */
void ipsec_tcp_tx_gather(const struct ipsec_tcp_conn *conn)
{
	s64 us = ktime_us_delta(ktime_get(), conn->tx.last);

	if (us < TX_BUSY && READ_ONCE(conn->tx.esp_mem) < TX_LONG)
		usleep_range(TX_GATHER - us, TX_GATHER - us + 20);
}

/**
 * ipsec_tcp_tx_send - give TCP what it takes
 * @conn: its socket locked
 *
 * What it does not take waits for write_space(). When TCP is over nothing is
 * lost here: that comes with the end of the connection.
 *
 * Context: process.
 */
void ipsec_tcp_tx_send(struct ipsec_tcp_conn *conn)
{
	if (conn->state != IPSEC_TCP_CONN_STATE_OPEN &&
	    conn->state != IPSEC_TCP_CONN_STATE_DRAINING)
		return;
	if (!conn->started)
		return;
	while (tx_push(conn))
		cond_resched();
	if (ipsec_tcp_tx_room(conn))
		wake_up_interruptible(&conn->tx.room);
}

/* The memory limits of TCP do not count for the few IKE messages there can be. */
static void tx_last_call(struct ipsec_tcp_conn *conn)
{
	struct sk_buff_head lost;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&conn->tx.lock);
	skb_queue_splice_init(&conn->tx.esp, &lost);
	conn->tx.esp_mem = 0;
	spin_unlock_bh(&conn->tx.lock);
	tx_drop(conn, &lost, IPSEC_TCP_A_STATS_TX_LOST);

	conn->tx.last_call = true;
	WRITE_ONCE(tcp_sk(conn->sk)->notsent_lowat, U32_MAX);
	WRITE_ONCE(conn->sk->sk_sndbuf, INT_MAX / 2);
	ipsec_tcp_tx_send(conn);
}

/**
 * ipsec_tcp_tx_finish - the last chance for what waits
 * @conn: about to be closed, its socket locked
 *
 * A last IKE message may be one that deletes an SA: TCP gets all of them. ESP
 * is sent as far as TCP takes it.
 *
 * Context: process.
 */
void ipsec_tcp_tx_finish(struct ipsec_tcp_conn *conn)
{
	ipsec_tcp_tx_send(conn);
	if (conn->tx.partial || !skb_queue_empty_lockless(&conn->tx.ike))
		tx_last_call(conn);
}

/**
 * ipsec_tcp_tx_purge - drop what waits
 * @conn: ended, its socket locked; or closed
 */
void ipsec_tcp_tx_purge(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_tx *tx = &conn->tx;
	struct sk_buff_head lost;

	__skb_queue_head_init(&lost);
	spin_lock_bh(&tx->lock);
	skb_queue_splice_init(&tx->ike, &lost);
	skb_queue_splice_tail_init(&tx->esp, &lost);
	tx->esp_mem = 0;
	spin_unlock_bh(&tx->lock);

	if (tx->partial)
		__skb_queue_head(&lost, tx->partial);
	tx->partial = NULL;
	tx_drop(conn, &lost, IPSEC_TCP_A_STATS_TX_LOST);
	wake_up_interruptible(&tx->room);
}
