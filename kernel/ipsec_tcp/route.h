/* SPDX-License-Identifier: GPL-2.0 */
/* What the hook looks up: which peer or connection an address and port is. */
#ifndef _IPSEC_TCP_ROUTE_H
#define _IPSEC_TCP_ROUTE_H

#include <linux/in6.h>
#include <linux/rculist.h>
#include <net/net_namespace.h>

struct ipsec_tcp_conn;
struct ipsec_tcp_peer;

/**
 * struct ipsec_tcp_route - an address and port that packets are caught for
 * @node: in the table
 * @net: namespace
 * @addr: remote address; IPv4 as IPv4-mapped IPv6 address
 * @port: remote UDP port, 0 stands for ESP without UDP
 * @peer: whose it is
 * @conn: the connection; NULL for the active one of @peer
 */
struct ipsec_tcp_route {
	struct hlist_node node;
	struct net *net;
	struct in6_addr addr;
	__be16 port;
	struct ipsec_tcp_peer *peer;
	struct ipsec_tcp_conn *conn;
};

/* Ports of IKE (RFC 7296, section 2) and of NAT traversal. */
#define IPSEC_TCP_UDP_IKE	500
#define IPSEC_TCP_UDP_NATT	4500

void ipsec_tcp_route_add(struct ipsec_tcp_route *route);
void ipsec_tcp_route_del(struct ipsec_tcp_route *route);
struct ipsec_tcp_route *ipsec_tcp_route_find(const struct net *net,
					     const struct in6_addr *addr,
					     __be16 port, bool *ambiguous);
void ipsec_tcp_route_init(void);

#endif /* _IPSEC_TCP_ROUTE_H */
