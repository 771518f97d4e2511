// SPDX-License-Identifier: GPL-2.0
/* Parses the stream (RFC 9329, section 3). All functions run under the lock of
 * the socket, in softirq or in a process.
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

/* So many consecutive messages of unknown SPI, or that fail authentication,
 * mean that the stream is corrupt (RFC 9329, section 6.1: "too many subsequent
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

/* The prefix may come byte by byte (RFC 9329, section 4). */
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

/* Drop the message that is being received. */
static void ipsec_tcp_rx_skip(struct ipsec_tcp_conn *conn, int counter)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	kfree_skb(rx->skb);
	rx->skb = NULL;
	rx->skip = true;
	ipsec_tcp_count(conn->stats, counter);
}

/* The Length field is complete. Length 2 is an empty message. */
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

/* The message is complete. */
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

/* Memory is allocated when the first byte of a message comes. A Length field
 * alone costs nothing.
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

/* Parse a contiguous piece. Returns the number of bytes that were taken: less
 * than @len if the turn is over.
 */
static size_t ipsec_tcp_rx_piece(struct ipsec_tcp_conn *conn, const u8 *data,
				 size_t len)
{
	size_t done = 0;

	while (done < len && (conn->rx.dead || !ipsec_tcp_turn_over()))
		done += ipsec_tcp_rx_step(conn, data + done, len - done);
	return done;
}

/* tcp_collapse() makes skbs without device and mark. Those of the previous skb
 * apply, else the device of the route that the socket has cached.
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

/* The socket is charged for an incomplete message. It is not charged to the
 * receive buffer, which needs room for the rest of the message.
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

/* tcp_read_sock() stops at an urgent byte until that is read. Here an urgent
 * byte is an ordinary byte of the stream.
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
 * After IPSEC_TCP_RX_MORE the caller has to call again when softirqs have run,
 * unless data_ready() calls it. After IPSEC_TCP_RX_FATAL the reason is in
 * @conn->rx.reason.
 *
 * Context: softirq or process.
 * Return: IPSEC_TCP_RX_*.
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
 * ipsec_tcp_rx_discard - discard what TCP has
 * @sk: socket that is being closed, locked; it has no connection any more
 *
 * If data were left unread, close() would reset TCP, and what TCP has not sent
 * yet would be lost (RFC 2525, section 2.17).
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
 * ipsec_tcp_rx_purge - discard an incomplete message
 * @conn: its socket locked
 *
 * RFC 9329, section 6.1: it MUST be discarded. A message that is skipped has
 * been counted already.
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
