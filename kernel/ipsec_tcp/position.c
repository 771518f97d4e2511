// SPDX-License-Identifier: GPL-2.0

#include <net/tcp.h>

#include "ipsec_tcp.h"
#include "position.h"

static void ipsec_tcp_position_numbers(struct ipsec_tcp_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sk);
	u32 window = tp->rcv_wnd >> tp->rx_opt.rcv_wscale;

	WRITE_ONCE(conn->position.ack, tp->rcv_nxt);
	WRITE_ONCE(conn->position.window, htons(min(window, 65535U)));
}

/**
 * ipsec_tcp_position_begin - read the first sequence numbers
 * @conn: its socket locked
 *
 * Return: 0, or -EBUSY if the owner has read or written: then they are unknown.
 */
int ipsec_tcp_position_begin(struct ipsec_tcp_conn *conn)
{
	const struct tcp_sock *tp = tcp_sk(conn->sk);

	if (tp->bytes_sent || tp->write_seq != tp->snd_nxt ||
	    tp->copied_seq != tp->rcv_nxt - (u32)tp->bytes_received)
		return -EBUSY;
	conn->position.snd_first = tp->write_seq;
	conn->position.rcv_first = tp->copied_seq;
	ipsec_tcp_position_numbers(conn);
	return 0;
}

static void ipsec_tcp_position_count(u32 *bytes, u32 more)
{
	u32 sum = *bytes + more;

	WRITE_ONCE(*bytes, sum < more ? U32_MAX : sum);
}

/**
 * ipsec_tcp_position_advance - TCP took or delivered a part of a stream
 * @conn: its socket locked
 * @sent: bytes that TCP took
 * @received: bytes that came
 *
 * Context: softirq or process.
 */
void ipsec_tcp_position_advance(struct ipsec_tcp_conn *conn, u32 sent,
				u32 received)
{
	ipsec_tcp_position_count(&conn->position.sent, sent);
	ipsec_tcp_position_count(&conn->position.received, received);
	ipsec_tcp_position_numbers(conn);
}
