// SPDX-License-Identifier: GPL-2.0
/* Takes messages out of the stream (RFC 9329, section 3). All of it runs under
 * the socket's lock, in softirq or in a process.
 */

#include <linux/skbuff.h>
#include <net/tcp.h>

#include "compat.h"
#include "conn.h"
#include "deliver.h"
#include "fake.h"
#include "rx.h"

#define RX_LENGTH_SIZE	2

/* Messages in turn that nobody knows, and the stream counts as corrupt
 * (RFC 9329, section 6.1: "too many subsequent messages").
 */
#define RX_BAD_MAX	64

/* Bytes that are read before softirqs have their turn: what they find then, GRO
 * puts together.
 */
#define RX_BATCH	(128 * 1024)

const u8 ipsec_tcp_prefix[IPSEC_TCP_PREFIX_LEN] = {
	'I', 'K', 'E', 'T', 'C', 'P',
};

/* Whoever asks for the end gets it from the work; nothing is read until then,
 * but what comes is taken from TCP.
 */
static void rx_fatal(struct ipsec_tcp_conn *conn, int reason)
{
	conn->rx.dead = true;
	ipsec_tcp_conn_kill(conn, reason);
}

/* RFC 9329, section 4: it may come byte by byte. */
static size_t rx_prefix(struct ipsec_tcp_conn *conn, const struct sk_buff *skb,
			unsigned int offset, size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;
	u8 bytes[IPSEC_TCP_PREFIX_LEN];

	len = min_t(size_t, len, IPSEC_TCP_PREFIX_LEN - rx->prefix);
	if (skb_copy_bits(skb, offset, bytes, len) ||
	    memcmp(bytes, ipsec_tcp_prefix + rx->prefix, len)) {
		rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_BAD_PREFIX);
		return len;
	}
	rx->prefix += len;
	if (rx->prefix == IPSEC_TCP_PREFIX_LEN)
		ipsec_tcp_conn_open(conn);
	return len;
}

/* The whole Length field is there. Length 2 is an empty message. */
static void rx_begin(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_rx *rx = &conn->rx;
	u16 length = get_unaligned_be16(rx->length);

	if (length < RX_LENGTH_SIZE) {
		rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_BAD_LENGTH);
		return;
	}
	rx->left = length - RX_LENGTH_SIZE;
	if (!rx->left) {
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_EMPTY);
		rx->head = 0;
		return;
	}
	if (rx->left > ipsec_tcp_deliver_max(conn)) {
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_TOO_LONG);
		return;
	}
	rx->skb = ipsec_tcp_deliver_alloc(rx->left);
	if (!rx->skb)
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_NO_MEMORY);
}

static size_t rx_length(struct ipsec_tcp_conn *conn, const struct sk_buff *skb,
			unsigned int offset, size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	len = min_t(size_t, len, RX_LENGTH_SIZE - rx->head);
	if (skb_copy_bits(skb, offset, rx->length + rx->head, len)) {
		rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_CORRUPT);
		return len;
	}
	rx->head += len;
	if (rx->head == RX_LENGTH_SIZE)
		rx_begin(conn);
	return len;
}

/* A message is complete. */
static void rx_end(struct ipsec_tcp_conn *conn)
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
		rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_CORRUPT);
}

static size_t rx_message(struct ipsec_tcp_conn *conn, const struct sk_buff *skb,
			 unsigned int offset, size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	len = min_t(size_t, len, rx->left);
	if (rx->skb && skb_copy_bits(skb, offset, skb_put(rx->skb, len), len)) {
		rx_fatal(conn, IPSEC_TCP_CLOSE_REASON_CORRUPT);
		return len;
	}
	rx->left -= len;
	if (!rx->left)
		rx_end(conn);
	return len;
}

static size_t rx_step(struct ipsec_tcp_conn *conn, const struct sk_buff *skb,
		      unsigned int offset, size_t len)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	if (rx->dead)
		return len;
	if (rx->prefix < IPSEC_TCP_PREFIX_LEN)
		return rx_prefix(conn, skb, offset, len);
	if (rx->head < RX_LENGTH_SIZE)
		return rx_length(conn, skb, offset, len);
	return rx_message(conn, skb, offset, len);
}

static int rx_actor(read_descriptor_t *desc, struct sk_buff *skb,
		    unsigned int offset, size_t len)
{
	struct ipsec_tcp_conn *conn = desc->arg.data;
	size_t done = 0;

	conn->rx.iif = skb->skb_iif;
	conn->rx.mark = skb->mark;
	while (done < len)
		done += rx_step(conn, skb, offset + done, len - done);
	desc->count -= min(desc->count, len);
	return len;
}

/* tcp_read_sock() stops before a byte that is urgent, until somebody reads it:
 * here it is a byte of the stream like any other.
 */
static void rx_not_urgent(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (likely(!tp->urg_data))
		return;
	WRITE_ONCE(tp->urg_data, 0);
	tcp_fast_path_check(sk);
}

/**
 * ipsec_tcp_rx_read - take what TCP has
 * @conn: its socket locked
 *
 * Context: softirq or process.
 */
void ipsec_tcp_rx_read(struct ipsec_tcp_conn *conn)
{
	read_descriptor_t desc = { .arg.data = conn };
	int len;

	if (!conn->started)
		return;
	rx_not_urgent(conn->sk);
	do {
		desc.count = RX_BATCH;
		local_bh_disable();
		len = tcp_read_sock(conn->sk, &desc, rx_actor);
		local_bh_enable();
		if (len > 0)
			ipsec_tcp_fake_moved(conn, 0, len);
	} while (!desc.count);
}

/**
 * ipsec_tcp_rx_purge - forget a message that is not complete
 * @conn: its socket locked
 *
 * RFC 9329, section 6.1: it MUST be discarded. One whose Length is there, but
 * no skb, was counted when it was clear that nobody would get it.
 */
void ipsec_tcp_rx_purge(struct ipsec_tcp_conn *conn)
{
	struct ipsec_tcp_rx *rx = &conn->rx;

	if (rx->skb || (rx->head && rx->head < RX_LENGTH_SIZE))
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_PARTIAL);
	kfree_skb(rx->skb);
	rx->skb = NULL;
	rx->head = 0;
}
