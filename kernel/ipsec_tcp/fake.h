/* SPDX-License-Identifier: GPL-2.0 */
/* Fake TCP: ESP packets with a TCP header that bypass TCP. */
#ifndef _IPSEC_TCP_FAKE_H
#define _IPSEC_TCP_FAKE_H

#include <linux/types.h>

struct in6_addr;
struct ipsec_tcp_conn;
struct ipsec_tcp_net;
struct net;
struct sk_buff;

/* Firewalls accept the sequence number until the stream is a window of 64 KiB
 * ahead.
 */
#define IPSEC_TCP_FAKE_MAX	(48 * 1024)

/* Distance of the sequence number from the start of the stream. The payload is
 * shorter: a TCP that receives it takes it for old data.
 */
#define IPSEC_TCP_FAKE_BEFORE	9216

/* Bytes of the stream after which a successor is requested. */
#define IPSEC_TCP_FAKE_RENEW	(24 * 1024)

/* From here on the stream may reach the sequence number of fake TCP. */
#define IPSEC_TCP_FAKE_WRAP	0x80000000U

void ipsec_tcp_fake_start(struct ipsec_tcp_conn *conn);
void ipsec_tcp_fake_moved(struct ipsec_tcp_conn *conn);
bool ipsec_tcp_fake_may(const struct ipsec_tcp_conn *conn);
unsigned int ipsec_tcp_fake_grows(unsigned int network, unsigned int header);
int ipsec_tcp_fake_make(const struct ipsec_tcp_conn *conn, struct sk_buff *skb,
			unsigned int header);

/* fake_table.c */
void ipsec_tcp_fake_add(struct ipsec_tcp_conn *conn);
void ipsec_tcp_fake_del(struct ipsec_tcp_conn *conn);
struct ipsec_tcp_conn *ipsec_tcp_fake_find(const struct net *net,
					   const struct in6_addr *remote,
					   __be16 remote_port,
					   const struct in6_addr *local,
					   __be16 local_port);
void ipsec_tcp_fake_init(void);

/* fake_rx.c */
unsigned int ipsec_tcp_fake_rx4(const struct net *net, struct sk_buff *skb);
unsigned int ipsec_tcp_fake_rx6(const struct net *net, struct sk_buff *skb);

/* fake_mtu.c */
unsigned int ipsec_tcp_fake_mtu(const struct net *net, struct sk_buff *skb);
void ipsec_tcp_fake_icmp4(struct net *net, struct sk_buff *skb);
void ipsec_tcp_fake_icmp6(struct net *net, struct sk_buff *skb);

/* fake_hook.c */
int ipsec_tcp_fake_on(struct ipsec_tcp_net *tn);
void ipsec_tcp_fake_off(struct ipsec_tcp_net *tn);

#endif /* _IPSEC_TCP_FAKE_H */
