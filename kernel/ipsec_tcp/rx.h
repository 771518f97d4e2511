/* SPDX-License-Identifier: GPL-2.0 */
/* The parser of RFC 9329 streams. */
#ifndef _IPSEC_TCP_RX_H
#define _IPSEC_TCP_RX_H

struct ipsec_tcp_conn;
struct sock;

bool ipsec_tcp_rx_read(struct ipsec_tcp_conn *conn);
void ipsec_tcp_rx_discard(struct sock *sk);
void ipsec_tcp_rx_purge(struct ipsec_tcp_conn *conn);

#endif /* _IPSEC_TCP_RX_H */
