/* SPDX-License-Identifier: GPL-2.0 */
/* Where received messages go: xfrm, the IKE daemon, the owner. */
#ifndef _IPSEC_TCP_DELIVER_H
#define _IPSEC_TCP_DELIVER_H

#include <linux/types.h>

struct ipsec_tcp_conn;
struct sk_buff;

/* The non-ESP marker, and the SPI (RFC 9329, section 3). */
#define IPSEC_TCP_MARKER_LEN	4

u32 ipsec_tcp_deliver_max(const struct ipsec_tcp_conn *conn);
struct sk_buff *ipsec_tcp_deliver_alloc(u32 len);
bool ipsec_tcp_deliver_append(struct sk_buff *skb, const void *data, u32 len);
void ipsec_tcp_deliver_push_udp(const struct ipsec_tcp_conn *conn,
				struct sk_buff *skb, __be16 dport);
int ipsec_tcp_deliver_encap_type(struct ipsec_tcp_conn *conn, u32 mark,
				 __be32 spi);
void ipsec_tcp_deliver_xfrm(struct sk_buff *skb, u16 family, int type);
bool ipsec_tcp_deliver_is_own(const struct sk_buff *skb);
void ipsec_tcp_deliver_init(void);
bool ipsec_tcp_deliver(struct ipsec_tcp_conn *conn, struct sk_buff *skb);

#endif /* _IPSEC_TCP_DELIVER_H */
