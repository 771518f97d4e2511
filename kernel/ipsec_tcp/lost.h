/* SPDX-License-Identifier: GPL-2.0 */
/* The UDP ports of connections that have ended: for a while nothing leaves for
 * them, since all messages of an SA use TCP (RFC 9329, section 5), and what has
 * the port by then is somebody else.
 */
#ifndef _IPSEC_TCP_LOST_H
#define _IPSEC_TCP_LOST_H

struct ipsec_tcp_conn;
struct ipsec_tcp_net;
struct ipsec_tcp_peer;

void ipsec_tcp_lost_add(const struct ipsec_tcp_conn *conn);
void ipsec_tcp_lost_forget(struct ipsec_tcp_net *tn,
			   const struct ipsec_tcp_peer *peer);
void ipsec_tcp_lost_init(struct ipsec_tcp_net *tn);
void ipsec_tcp_lost_exit(struct ipsec_tcp_net *tn);

#endif /* _IPSEC_TCP_LOST_H */
