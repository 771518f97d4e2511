/* SPDX-License-Identifier: GPL-2.0 */
/* What the hook looks up: which peer or connection addresses and ports are. */
#ifndef _IPSEC_TCP_ROUTE_H
#define _IPSEC_TCP_ROUTE_H

#include <linux/in6.h>
#include <linux/rculist.h>
#include <net/net_namespace.h>

struct ipsec_tcp_conn;
struct ipsec_tcp_peer;

/**
 * struct ipsec_tcp_path - from where to where packets go
 * @net: namespace
 * @remote: remote address; IPv4 as IPv4-mapped IPv6 address
 * @local: local address, likewise; of a route :: stands for any
 * @port: remote UDP port, 0 stands for ESP without UDP
 * @scope: ifindex of the VRF, or of the link if @remote is link-local; 0 for
 *	neither; IPSEC_TCP_ANY_SCOPE stands for any
 */
struct ipsec_tcp_path {
	const struct net *net;
	struct in6_addr remote;
	struct in6_addr local;
	__be16 port;
	int scope;
};

#define IPSEC_TCP_ANY_SCOPE	(-1)

/**
 * struct ipsec_tcp_route - packets that are caught
 * @node: in the table
 * @path: which ones
 * @peer: whose they are
 * @conn: the connection of a responder's peer; NULL for the active one of an
 *	originator's @peer, or for one of a responder that was lost
 */
struct ipsec_tcp_route {
	struct hlist_node node;
	struct ipsec_tcp_path path;
	struct ipsec_tcp_peer *peer;
	struct ipsec_tcp_conn *conn;
};

/* Ports of IKE (RFC 7296, section 2) and of NAT traversal. */
#define IPSEC_TCP_UDP_IKE	500
#define IPSEC_TCP_UDP_NATT	4500

void ipsec_tcp_route_add(struct ipsec_tcp_route *route);
int ipsec_tcp_route_add_port(struct ipsec_tcp_route *route);
void ipsec_tcp_route_move(struct ipsec_tcp_route *route);
void ipsec_tcp_route_del(struct ipsec_tcp_route *route);
struct ipsec_tcp_route *
ipsec_tcp_route_find(const struct ipsec_tcp_path *path,
		     const struct ipsec_tcp_route *after);
void ipsec_tcp_route_init(void);

#endif /* _IPSEC_TCP_ROUTE_H */
