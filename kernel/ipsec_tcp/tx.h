/* SPDX-License-Identifier: GPL-2.0 */
/* The queues of a connection, and how TCP gets what is in them. */
#ifndef _IPSEC_TCP_TX_H
#define _IPSEC_TCP_TX_H

#include <linux/types.h>

struct ipsec_tcp_conn;
struct sk_buff;

/* The Length field (RFC 9329, section 3). */
#define IPSEC_TCP_LENGTH_SIZE	2

/* IKE messages that wait. */
#define IPSEC_TCP_IKE_MAX	64

bool ipsec_tcp_tx_frame(struct sk_buff *skb);
int ipsec_tcp_tx_queue(struct ipsec_tcp_conn *conn, struct sk_buff *skb,
		       bool ike);
bool ipsec_tcp_tx_pending(const struct ipsec_tcp_conn *conn);
bool ipsec_tcp_tx_room(const struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_gather(const struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_send(struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_finish(struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_purge(struct ipsec_tcp_conn *conn);

#endif /* _IPSEC_TCP_TX_H */
