/* SPDX-License-Identifier: GPL-2.0 */
/* UDP ports of connections that have ended. For some time packets to them are
 * dropped, since all messages of an SA use TCP (RFC 9329, section 5), and
 * another client may have the port by then.
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
