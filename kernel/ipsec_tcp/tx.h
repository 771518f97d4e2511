/* SPDX-License-Identifier: GPL-2.0 */
/* The sender: from the queues of a connection to TCP. */
#ifndef _IPSEC_TCP_TX_H
#define _IPSEC_TCP_TX_H

#include <linux/types.h>

struct ipsec_tcp_conn;

bool ipsec_tcp_tx_pending(const struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_gather(const struct ipsec_tcp_conn *conn);
bool ipsec_tcp_tx_send(struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_finish(struct ipsec_tcp_conn *conn);
void ipsec_tcp_tx_purge(struct ipsec_tcp_conn *conn);

#endif /* _IPSEC_TCP_TX_H */
