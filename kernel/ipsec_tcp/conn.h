/* SPDX-License-Identifier: GPL-2.0 */
/* The life of a connection. */
#ifndef _IPSEC_TCP_CONN_H
#define _IPSEC_TCP_CONN_H

#include <linux/types.h>

struct ipsec_tcp_conn;
struct sock;

/**
 * struct ipsec_tcp_conn_ops - calls to the layers above
 * @started: the connection has its role and its peer; the locks of the namespace
 *	and of the socket are held
 * @moved: a stream has advanced; the lock of the socket is held. For peers with
 *	IPSEC_TCP_ESP_MODE_FAKE_TCP only
 * @ended: it is over; both locks are held
 * @event: IPSEC_TCP_CMD_CONN_*; the lock of the namespace is held
 */
struct ipsec_tcp_conn_ops {
	void (*started)(struct ipsec_tcp_conn *conn);
	void (*moved)(struct ipsec_tcp_conn *conn);
	void (*ended)(struct ipsec_tcp_conn *conn);
	void (*event)(struct ipsec_tcp_conn *conn, int cmd);
};

struct ipsec_tcp_conn *ipsec_tcp_conn_new(struct sock *sk);
int ipsec_tcp_conn_start(struct ipsec_tcp_conn *conn, u8 role, u32 peer_id);
bool ipsec_tcp_conn_read(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_kill(struct ipsec_tcp_conn *conn, int reason);
void ipsec_tcp_conn_close(struct ipsec_tcp_conn *conn);
void ipsec_tcp_conn_init(const struct ipsec_tcp_conn_ops *ops);

#endif /* _IPSEC_TCP_CONN_H */
