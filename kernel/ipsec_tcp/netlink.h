/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink family "ipsec_tcp": peers, connections and counters. */
#ifndef _IPSEC_TCP_NETLINK_H
#define _IPSEC_TCP_NETLINK_H

struct ipsec_tcp_conn;

void ipsec_tcp_netlink_conn(struct ipsec_tcp_conn *conn, int cmd);
int ipsec_tcp_netlink_init(void);
void ipsec_tcp_netlink_exit(void);

#endif /* _IPSEC_TCP_NETLINK_H */
