// SPDX-License-Identifier: GPL-2.0
/* Takes messages out of the stream (RFC 9329, section 3). All of it runs under
 * the socket's lock, in softirq or in a process.
 */

#include <linux/skbuff.h>
#include <net/tcp.h>

#include "compat.h"
#include "deliver.h"
#include "ipsec_tcp.h"
#include "position.h"
#include "rx.h"
#include "turn.h"
#include "wire.h"

/* Messages in turn that nobody knows or that fail authentication, and the
 * stream counts as corrupt (RFC 9329, section 6.1: "too many subsequent
 * messages").
 */
#define RX_BAD_MAX	64

/* The rest of the stream is discarded until the connection ends. */
static void ipsec_tcp_rx_fatal(struct ipsec_tcp_conn *conn, int reason)
{
	conn->rx.dead = true;
	conn->rx.reason = reason;
	conn->rx.verdict |= IPSEC_TCP_RX_FATAL;
}

/* RFC 9329, section 4: it may come byte by byte. */
static size_t ipsec_tcp_rx_prefix(struct ipsec_tcp_conn *conn, const u8 *data,
				  size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	len = min_t(size_t, len, IPSEC_TCP_PREFIX_LEN - rx->prefix);
	if (memcmp(data, ipsec_tcp_prefix + rx->prefix, len)) {
		ipsec_tcp_rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_BAD_PREFIX);
		return len;
	}
	rx->prefix += len;
	if (rx->prefix == IPSEC_TCP_PREFIX_LEN)
		rx->verdict |= IPSEC_TCP_RX_OPENED;
	return len;
}

/* Nobody gets this message. */
static void ipsec_tcp_rx_skip(struct ipsec_tcp_conn *conn, int counter)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	kfree_skb(rx->skb);
	rx->skb = NULL;
	rx->skip = true;
	ipsec_tcp_count(conn->stats, counter);
}

/* The whole Length field is there. Length 2 is an empty message. */
static void ipsec_tcp_rx_begin(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_rx *rx = &conn->rx;
	u16 length = get_unaligned_be16(rx->length);

	if (length <= IPSEC_TCP_LENGTH_SIZE)
		rx->head = 0;
	if (length < IPSEC_TCP_LENGTH_SIZE) {
		ipsec_tcp_rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_BAD_LENGTH);
		return;
	}
	rx->skip = false;
	rx->left = length - IPSEC_TCP_LENGTH_SIZE;
	if (!rx->left)
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_EMPTY);
	else if (rx->left > ipsec_tcp_deliver_max(conn))
		ipsec_tcp_rx_skip(conn, IPSEC_TCP_A_STATS_RX_TOO_LONG);
}

static size_t ipsec_tcp_rx_length(struct ipsec_tcp_conn *conn, const u8 *data,
				  size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	len = min_t(size_t, len, IPSEC_TCP_LENGTH_SIZE - rx->head);
	memcpy(rx->length + rx->head, data, len);
	rx->head += len;
	if (rx->head == IPSEC_TCP_LENGTH_SIZE)
		ipsec_tcp_rx_begin(conn);
	return len;
}

/* A message is complete. */
static void ipsec_tcp_rx_end(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_rx *rx = &conn->rx;
	struct sk_buff *skb = rx->skb;

	rx->head = 0;
	rx->skb = NULL;
	if (!skb)
		return;
	WRITE_ONCE(conn->last_rx, jiffies);
	if (ipsec_tcp_deliver(conn, skb))
		rx->bad = 0;
	else if (++rx->bad >= RX_BAD_MAX)
		ipsec_tcp_rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_CORRUPT);
}

/* Memory is taken when there are bytes for it, not when a Length is announced.
 */
static void ipsec_tcp_rx_copy(struct ipsec_tcp_conn *conn, const u8 *data,
			      size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	if (!rx->skb)
		rx->skb = ipsec_tcp_wire_alloc(rx->left);
	if (!rx->skb || !ipsec_tcp_wire_append(rx->skb, data, len))
		ipsec_tcp_rx_skip(conn, IPSEC_TCP_A_STATS_RX_NO_MEMORY);
}

static size_t ipsec_tcp_rx_message(struct ipsec_tcp_conn *conn, const u8 *data,
				   size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	len = min_t(size_t, len, rx->left);
	if (!rx->skip)
		ipsec_tcp_rx_copy(conn, data, len);
	rx->left -= len;
	if (!rx->left)
		ipsec_tcp_rx_end(conn);
	return len;
}

static size_t ipsec_tcp_rx_step(struct ipsec_tcp_conn *conn, const u8 *data,
				size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	if (rx->dead)
		return len;
	if (rx->prefix < IPSEC_TCP_PREFIX_LEN)
		return ipsec_tcp_rx_prefix(conn, data, len);
	if (rx->head < IPSEC_TCP_LENGTH_SIZE)
		return ipsec_tcp_rx_length(conn, data, len);
	return ipsec_tcp_rx_message(conn, data, len);
}

/* Some bytes that are in one piece. Returns how many were taken: less than all
 * when the turn is over.
 */
static size_t ipsec_tcp_rx_piece(struct ipsec_tcp_conn *conn, const u8 *data,
				 size_t len)
{
	size_t done = 0;

	while (done < len && (conn->rx.dead || !ipsec_tcp_turn_over()))
		done += ipsec_tcp_rx_step(conn, data + done, len - done);
	return done;
}

/* An skb that tcp_collapse() has made has neither device nor mark: then those
 * of the one before it are as good, or the device of the socket's route.
 */
static void ipsec_tcp_rx_origin(struct ipsec_tcp_conn *conn,
				const struct sk_buff *skb)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	if (skb->skb_iif) {
		rx->iif = skb->skb_iif;
		rx->mark = skb->mark;
	} else if (!rx->iif) {
		rx->iif = conn->sk->sk_rx_dst_ifindex;
	}
}

static int ipsec_tcp_rx_actor(read_descriptor_t *desc, struct sk_buff *skb,
			      unsigned int offset, size_t len)
{
	struct ipsec_tcp_conn *conn = desc->arg.data;
	struct skb_seq_state seq;
	size_t done = 0, piece, taken;
	const u8 *data;

	ipsec_tcp_rx_origin(conn, skb);
	skb_prepare_seq_read(skb, offset, offset + len, &seq);
	while ((piece = skb_seq_read(done, &data, &seq))) {
		piece = min(piece, len - done);
		taken = ipsec_tcp_rx_piece(conn, data, piece);
		done += taken;
		if (taken < piece) {
			skb_abort_seq_read(&seq);
			desc->count = 0;
			break;
		}
	}
	return done;
}

/* What is kept until the rest of a message comes counts as memory of the
 * socket. It does not count against its receive buffer: the rest has to find
 * room there.
 */
static void ipsec_tcp_rx_charge(struct ipsec_tcp_conn *conn)
{
	struct sk_buff *skb = conn->rx.skb;

	if (!skb)
		return;
	if (!sk_rmem_schedule(conn->sk, skb, skb->truesize)) {
		ipsec_tcp_rx_skip(conn, IPSEC_TCP_A_STATS_RX_NO_MEMORY);
		return;
	}
	conn->rx.charged = skb->truesize;
	sk_mem_charge(conn->sk, conn->rx.charged);
}

static void ipsec_tcp_rx_uncharge(struct ipsec_tcp_conn *conn)
{
	if (conn->rx.charged)
		sk_mem_uncharge(conn->sk, conn->rx.charged);
	conn->rx.charged = 0;
}

/* tcp_read_sock() stops before a byte that is urgent, until somebody reads it:
 * here it is a byte of the stream like any other.
 */
static void ipsec_tcp_rx_not_urgent(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (likely(!tp->urg_data))
		return;
	WRITE_ONCE(tp->urg_data, 0);
	tcp_fast_path_check(sk);
}

/**
 * ipsec_tcp_rx_read - take data from TCP, until the turn of this CPU is over
 * @conn: its socket locked
 *
 * Context: softirq or process.
 * Return: IPSEC_TCP_RX_*. A caller that is not called again has to come back
 * after IPSEC_TCP_RX_MORE, when softirqs have run. After IPSEC_TCP_RX_FATAL the
 * reason is in @conn->rx.reason.
 */
unsigned int ipsec_tcp_rx_read(struct ipsec_tcp_conn *conn)
{
	read_descriptor_t desc = { .arg.data = conn, .count = 1 };
	int len;

	conn->rx.verdict = 0;
	if (!conn->started)
		return 0;
	ipsec_tcp_rx_not_urgent(conn->sk);
	local_bh_disable();
	ipsec_tcp_rx_uncharge(conn);
	len = tcp_read_sock(conn->sk, &desc, ipsec_tcp_rx_actor);
	ipsec_tcp_rx_charge(conn);
	if (!desc.count && !skb_queue_empty(&conn->sk->sk_receive_queue))
		conn->rx.verdict |= IPSEC_TCP_RX_MORE;
	local_bh_enable();
	if (len > 0) {
		ipsec_tcp_position_advance(conn, 0, len);
		conn->rx.verdict |= IPSEC_TCP_RX_MOVED;
	}
	return conn->rx.verdict;
}

static int ipsec_tcp_rx_discard_actor(read_descriptor_t *desc,
				      struct sk_buff *skb, unsigned int offset,
				      size_t len)
{
	return len;
}

/**
 * ipsec_tcp_rx_discard - take what TCP has, for nobody
 * @sk: socket that is being closed, locked; belongs to no connection any more
 *
 * With anything left unread close() would end it by a reset, and what TCP has
 * not sent yet would be lost (RFC 2525, section 2.17).
 *
 * Context: softirq or process.
 */
void ipsec_tcp_rx_discard(struct sock *sk)
{
	read_descriptor_t desc = { .count = 1 };

	ipsec_tcp_rx_not_urgent(sk);
	tcp_read_sock(sk, &desc, ipsec_tcp_rx_discard_actor);
}

/**
 * ipsec_tcp_rx_purge - forget a message that is not complete
 * @conn: its socket locked
 *
 * RFC 9329, section 6.1: it MUST be discarded. One that is skipped was counted
 * when it was clear that nobody would get it.
 */
void ipsec_tcp_rx_purge(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	if (rx->head && !(rx->head == IPSEC_TCP_LENGTH_SIZE && rx->skip))
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_PARTIAL);
	ipsec_tcp_rx_uncharge(conn);
	kfree_skb(rx->skb);
	rx->skb = NULL;
	rx->head = 0;
}
