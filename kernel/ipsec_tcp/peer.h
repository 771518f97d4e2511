/* SPDX-License-Identifier: GPL-2.0 */
/* Peers: the configuration, one set a network namespace. */
#ifndef _IPSEC_TCP_PEER_H
#define _IPSEC_TCP_PEER_H

#include <linux/types.h>

struct in6_addr;
struct ipsec_tcp_net;
struct ipsec_tcp_peer;
struct ipsec_tcp_settings;
struct net;

/* Key of struct ipsec_tcp_net in the namespace. */
extern unsigned int ipsec_tcp_net_id;

struct ipsec_tcp_net *ipsec_tcp_net(const struct net *net);
struct ipsec_tcp_peer *ipsec_tcp_peer_find(struct ipsec_tcp_net *tn, u32 id);
struct ipsec_tcp_peer *ipsec_tcp_peer_same(struct ipsec_tcp_net *tn,
					   const struct ipsec_tcp_settings *set);
bool ipsec_tcp_peer_covers(const struct ipsec_tcp_peer *peer,
			   const struct in6_addr *addr);
struct ipsec_tcp_peer *ipsec_tcp_peer_add(struct ipsec_tcp_net *tn,
					  const struct ipsec_tcp_settings *set);
void ipsec_tcp_peer_del(struct ipsec_tcp_net *tn, struct ipsec_tcp_peer *peer);
void ipsec_tcp_peer_put(struct ipsec_tcp_peer *peer);

#endif /* _IPSEC_TCP_PEER_H */
