/* SPDX-License-Identifier: GPL-2.0 */
/* Where received messages go: xfrm, the IKE daemon, the owner. */
#ifndef _IPSEC_TCP_DELIVER_H
#define _IPSEC_TCP_DELIVER_H

#include <linux/types.h>

struct ipsec_tcp_conn;
struct sk_buff;

u32 ipsec_tcp_deliver_max(const struct ipsec_tcp_conn *conn);
void ipsec_tcp_deliver_push_udp(const struct ipsec_tcp_conn *conn,
				struct sk_buff *skb, __be16 dport);
int ipsec_tcp_deliver_encap_type(struct ipsec_tcp_conn *conn, u32 mark,
				 __be32 spi);
void ipsec_tcp_deliver_xfrm(struct sk_buff *skb, u16 family, int type);
bool ipsec_tcp_deliver_is_own(const struct sk_buff *skb);
void ipsec_tcp_deliver_init(void);
bool ipsec_tcp_deliver(struct ipsec_tcp_conn *conn, struct sk_buff *skb);

#endif /* _IPSEC_TCP_DELIVER_H */
