/* SPDX-License-Identifier: GPL-2.0 */
/* How far the streams of a connection have advanced. */
#ifndef _IPSEC_TCP_POSITION_H
#define _IPSEC_TCP_POSITION_H

#include <linux/types.h>

struct ipsec_tcp_conn;

int ipsec_tcp_position_begin(struct ipsec_tcp_conn *conn);
void ipsec_tcp_position_advance(struct ipsec_tcp_conn *conn, u32 sent,
				u32 received);

#endif /* _IPSEC_TCP_POSITION_H */
