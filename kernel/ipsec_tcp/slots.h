/* SPDX-License-Identifier: GPL-2.0 */
/* Limits of the number of connections of a peer. */
#ifndef _IPSEC_TCP_SLOTS_H
#define _IPSEC_TCP_SLOTS_H

#include <linux/types.h>

struct ipsec_tcp_conn;
struct ipsec_tcp_peer;

bool ipsec_tcp_slots_full(const struct ipsec_tcp_peer *peer, u8 role);
struct ipsec_tcp_conn *ipsec_tcp_slots_victim(const struct ipsec_tcp_conn *conn);
void ipsec_tcp_slots_take(struct ipsec_tcp_conn *conn);
void ipsec_tcp_slots_prove(struct ipsec_tcp_conn *conn);
void ipsec_tcp_slots_give(struct ipsec_tcp_conn *conn);

#endif /* _IPSEC_TCP_SLOTS_H */
