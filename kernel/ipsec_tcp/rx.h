/* SPDX-License-Identifier: GPL-2.0 */
/* The parser of RFC 9329 streams. */
#ifndef _IPSEC_TCP_RX_H
#define _IPSEC_TCP_RX_H

#include <linux/bits.h>

struct ipsec_tcp_conn;
struct sock;

/* Results of ipsec_tcp_rx_read(). */
#define IPSEC_TCP_RX_MORE	BIT(0)	/* TCP has more data */
#define IPSEC_TCP_RX_MOVED	BIT(1)	/* data was taken */
#define IPSEC_TCP_RX_OPENED	BIT(2)	/* the stream prefix is complete */
#define IPSEC_TCP_RX_FATAL	BIT(3)	/* the connection has to end */

unsigned int ipsec_tcp_rx_read(struct ipsec_tcp_conn *conn);
void ipsec_tcp_rx_discard(struct sock *sk);
void ipsec_tcp_rx_purge(struct ipsec_tcp_conn *conn);

#endif /* _IPSEC_TCP_RX_H */
