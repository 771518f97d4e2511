// SPDX-License-Identifier: GPL-2.0
/* LOCAL_OUT sees IKE, ESP in UDP and ESP of local and forwarded traffic, since
 * xfrm sends by local_out after the transformation. The caller may be in
 * softirq, or hold the lock of an inner socket: the hook appends messages to a
 * queue and does not send.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/xfrm.h>

#include "compat.h"
#include "deliver.h"
#include "fake.h"
#include "hook.h"
#include "ike.h"
#include "ipsec_tcp.h"
#include "proof.h"
#include "queue.h"
#include "request.h"
#include "route.h"
#include "wire.h"

/**
 * struct hook_packet - a packet that may belong to a peer
 * @skb: the packet
 * @path: its addresses, port and scope
 * @header: number of bytes before the message
 * @route: the route that was found
 * @ike: it is an IKE message
 * @port_500: it came from port 500 and has no non-ESP marker
 */
struct hook_packet {
	struct sk_buff *skb;
	struct ipsec_tcp_path path;
	unsigned int header;
	const struct ipsec_tcp_route *route;
	bool ike;
	bool port_500;
};

static unsigned int ipsec_tcp_hook_drop(const struct hook_packet *packet,
					int counter)
{
	ipsec_tcp_drop(packet->route->peer->stats, packet->skb, counter);
	return NF_STOLEN;
}

/* Find the route of UDP that comes from the port of the IKE daemon. Raw sockets
 * can send to port 0, which in a route stands for ESP without UDP.
 */
static bool ipsec_tcp_hook_match_udp(struct hook_packet *packet)
{
	const struct udphdr *uh;

	if (!pskb_may_pull(packet->skb, packet->header + sizeof(*uh)))
		return false;
	uh = (const void *)(packet->skb->data + packet->header);
	if (!uh->dest)
		return false;
	packet->path.port = uh->dest;
	packet->route = ipsec_tcp_route_find(&packet->path, NULL);
	if (!packet->route)
		return false;
	packet->header += sizeof(*uh);
	packet->port_500 = uh->source == htons(IPSEC_TCP_UDP_IKE) &&
			   uh->dest == htons(IPSEC_TCP_UDP_IKE);
	return packet->port_500 ||
	       uh->source == READ_ONCE(packet->route->peer->set.local_port);
}

/* Give the headers of the skb a single owner, and make sure that all parts of
 * it are mapped. The skb stays charged to the sending socket.
 */
static bool ipsec_tcp_hook_own(struct hook_packet *packet)
{
	struct sk_buff *skb = packet->skb;

	if (skb_has_frag_list(skb) || (IS_ENABLED(CONFIG_HIGHMEM) &&
				       skb_is_nonlinear(skb))) {
		if (skb_linearize(skb))
			return false;
	}
	if (skb_cow_head(skb, 0))
		return false;
	skb_pull(skb, packet->header);
	if (packet->port_500)
		memset(skb_push(skb, IPSEC_TCP_MARKER_LEN), 0,
		       IPSEC_TCP_MARKER_LEN);
	skb->ip_summed = CHECKSUM_NONE;
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	skb_ext_reset(skb);
	skb->dev = NULL;
	return true;
}

static unsigned int ipsec_tcp_hook_send(struct ipsec_tcp_conn *conn,
					struct hook_packet *packet)
{
	bool ike = packet->ike;
	int err;

	if (!ipsec_tcp_hook_own(packet))
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_NO_MEMORY);
	if (!ipsec_tcp_wire_frame(packet->skb))
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_TOO_LONG);
	if (ike)
		WRITE_ONCE(conn->ike_port_500, packet->port_500);
	if (ike && conn->role == IPSEC_TCP_ROLE_ORIGINATOR)
		ipsec_tcp_request_sent(&conn->peer->request, packet->skb);
	err = ipsec_tcp_queue_add(&conn->queue, packet->skb, ike);
	if (!err)
		return NF_STOLEN;
	if (err == -ENOTCONN)
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_NO_CONNECTION);
	return ipsec_tcp_hook_drop(packet,
				   ike ? IPSEC_TCP_A_STATS_TX_IKE_QUEUE_FULL :
					 IPSEC_TCP_A_STATS_TX_QUEUE_FULL);
}

/* ESP of a peer with IPSEC_TCP_ESP_MODE_FAKE_TCP. */
static unsigned int ipsec_tcp_hook_fake(struct ipsec_tcp_conn *conn,
					struct hook_packet *packet)
{
	int err = -EINVAL;

	if (ipsec_tcp_fake_may(conn))
		err = ipsec_tcp_fake_make(conn, packet->skb, packet->header);
	if (err == -ENOMEM)
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_NO_MEMORY);
	if (err) {
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_TX_FAKE_TCP);
		return ipsec_tcp_hook_send(conn, packet);
	}
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_TX_FAKE);
	return NF_ACCEPT;
}

/* Returns 0, or the counter of the drop. */
static int ipsec_tcp_hook_classify(struct hook_packet *packet)
{
	struct sk_buff *skb = packet->skb;
	u32 len = skb->len - packet->header;

	if (packet->port_500) {
		packet->ike = true;
		return 0;
	}
	if (len == 1 && pskb_may_pull(skb, skb->len) &&
	    skb->data[packet->header] == 0xff)
		return IPSEC_TCP_A_STATS_TX_KEEPALIVE;
	if (len < IPSEC_TCP_ESP_MIN ||
	    !pskb_may_pull(skb, packet->header + IPSEC_TCP_ESP_MIN))
		return IPSEC_TCP_A_STATS_TX_MALFORMED;
	packet->ike = !get_unaligned_be32(skb->data + packet->header);
	return 0;
}

/* A peer of an originator is an address, which several networks may have. A
 * connection that is bound to a scope carries packets of that scope only.
 */
static bool ipsec_tcp_hook_is_elsewhere(const struct hook_packet *packet)
{
	const struct ipsec_tcp_conn *conn = ipsec_tcp_route_conn(packet->route);

	return conn && conn->scope && conn->scope != packet->path.scope;
}

/* The packet belongs to a peer: it leaves by TCP or is dropped (RFC 9329,
 * section 5).
 */
static unsigned int ipsec_tcp_hook_take(struct hook_packet *packet, int counter)
{
	struct ipsec_tcp_conn *conn;

	if (ipsec_tcp_hook_is_elsewhere(packet))
		return NF_ACCEPT;
	/* The device would have encrypted it: it is plain text here. */
	if (xfrm_offload(packet->skb))
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_NOT_ENCRYPTED);
	if (skb_is_gso(packet->skb))
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_MALFORMED);
	if (counter)
		return ipsec_tcp_hook_drop(packet, counter);
	conn = ipsec_tcp_route_conn(packet->route);
	if (!conn)
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_NO_CONNECTION);
	/* A segment of the connection itself, encrypted: the tunnel would carry
	 * itself.
	 */
	if (packet->skb->sk && packet->skb->sk == conn->sk)
		return ipsec_tcp_hook_drop(packet, IPSEC_TCP_A_STATS_TX_LOOP);
	if (!packet->ike && ipsec_tcp_conn_wants_fake(conn))
		return ipsec_tcp_hook_fake(conn, packet);
	return ipsec_tcp_hook_send(conn, packet);
}

/* Another client may have the UDP port of a connection. A proven connection
 * owns its port.
 */
static bool ipsec_tcp_hook_is_for(struct ipsec_tcp_conn *conn,
				  const struct hook_packet *packet)
{
	unsigned int ike = packet->header + IPSEC_TCP_MARKER_LEN;
	struct sk_buff *skb = packet->skb;

	if (READ_ONCE(conn->proof.proven))
		return true;
	return packet->ike &&
	       pskb_may_pull(skb, ike + IPSEC_TCP_IKE_HEADER) &&
	       ipsec_tcp_proof_ike_tx(conn, skb->data + ike);
}

static unsigned int ipsec_tcp_hook_udp(struct hook_packet *packet)
{
	struct ipsec_tcp_conn *conn;
	int counter;

	if (!ipsec_tcp_hook_match_udp(packet))
		return NF_ACCEPT;
	/* Port 500 does not tell peers of the same address apart. */
	if (packet->port_500 &&
	    ipsec_tcp_route_find(&packet->path, packet->route))
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_AMBIGUOUS);
	conn = packet->route->conn;
	counter = ipsec_tcp_hook_classify(packet);
	if (conn && counter != IPSEC_TCP_A_STATS_TX_KEEPALIVE &&
	    !ipsec_tcp_hook_is_for(conn, packet))
		return NF_ACCEPT;
	return ipsec_tcp_hook_take(packet, counter);
}

/* The SA that made the packet. A packet without a whole SPI has none. */
static struct xfrm_state *ipsec_tcp_hook_state(const struct hook_packet *packet)
{
	const struct ipsec_tcp_path *path = &packet->path;
	struct sk_buff *skb = packet->skb;
	xfrm_address_t daddr = {};
	u16 family = AF_INET6;

	if (!pskb_may_pull(skb, packet->header + sizeof(__be32)))
		return NULL;
	if (ipv6_addr_v4mapped(&path->remote)) {
		family = AF_INET;
		daddr.a4 = path->remote.s6_addr32[3];
	} else {
		daddr.in6 = path->remote;
	}
	return xfrm_state_lookup((struct net *)path->net, skb->mark, &daddr,
				 *(__be32 *)(skb->data + packet->header),
				 IPPROTO_ESP, family);
}

/* Of the connections that ESP of the other SA of the pair came by, the one
 * where it came last (RFC 9329, section 6.1).
 */
static const struct ipsec_tcp_route *
ipsec_tcp_hook_route_by_sa(const struct hook_packet *packet)
{
	const struct ipsec_tcp_route *route = NULL, *best = NULL;
	struct xfrm_state *x = ipsec_tcp_hook_state(packet);

	if (!x)
		return NULL;
	while ((route = ipsec_tcp_route_find(&packet->path, route))) {
		if (!route->conn || !ipsec_tcp_proof_bare(route->conn, x))
			continue;
		if (!best || time_after(READ_ONCE(route->conn->proof.bare),
					READ_ONCE(best->conn->proof.bare)))
			best = route;
	}
	xfrm_state_put(x);
	return best;
}

/* Without such a connection the peer of an originator applies, if there is only
 * one.
 */
static void ipsec_tcp_hook_match_esp(struct hook_packet *packet,
				     bool *ambiguous)
{
	const struct ipsec_tcp_route *originator = NULL, *route = NULL;
	bool responder = false;

	while ((route = ipsec_tcp_route_find(&packet->path, route))) {
		responder |= !!route->conn;
		if (route->conn)
			continue;
		*ambiguous = originator;
		originator = route;
	}
	route = responder ? ipsec_tcp_hook_route_by_sa(packet) : NULL;
	if (route)
		*ambiguous = false;
	packet->route = route ?: originator;
}

static unsigned int ipsec_tcp_hook_esp(struct hook_packet *packet)
{
	bool ambiguous = false;
	int counter;

	if (!ipsec_tcp_route_find(&packet->path, NULL))
		return NF_ACCEPT;
	/* An SPI MUST NOT be 0 (RFC 9329, section 3.2). A keepalive is UDP. */
	counter = ipsec_tcp_hook_classify(packet);
	if (packet->ike || counter == IPSEC_TCP_A_STATS_TX_KEEPALIVE)
		counter = IPSEC_TCP_A_STATS_TX_MALFORMED;
	ipsec_tcp_hook_match_esp(packet, &ambiguous);
	if (!packet->route)
		return NF_ACCEPT;
	if (ambiguous)
		return ipsec_tcp_hook_drop(packet,
					   IPSEC_TCP_A_STATS_TX_AMBIGUOUS);
	return ipsec_tcp_hook_take(packet, counter);
}

static unsigned int ipsec_tcp_hook_proto(u8 proto, struct hook_packet *packet)
{
	return proto == IPPROTO_ESP ? ipsec_tcp_hook_esp(packet) :
				      ipsec_tcp_hook_udp(packet);
}

static int ipsec_tcp_hook_scope(const struct net_device *dev,
				const struct in6_addr *remote)
{
	if (ipv6_addr_type(remote) & IPV6_ADDR_LINKLOCAL)
		return dev->ifindex;
	return l3mdev_master_ifindex_rcu(dev);
}

static unsigned int ipsec_tcp_hook_ip4(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct hook_packet packet = { .skb = skb, .path.net = state->net };
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol != IPPROTO_UDP && iph->protocol != IPPROTO_ESP)
		return NF_ACCEPT;
	if (ip_is_fragment(iph))
		return NF_ACCEPT;
	packet.header = ip_hdrlen(skb);
	ipv6_addr_set_v4mapped(iph->daddr, &packet.path.remote);
	ipv6_addr_set_v4mapped(iph->saddr, &packet.path.local);
	packet.path.scope =
		ipsec_tcp_hook_scope(state->out, &packet.path.remote);
	return ipsec_tcp_hook_proto(iph->protocol, &packet);
}

static unsigned int ipsec_tcp_hook_ip6(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct hook_packet packet = { .skb = skb, .path.net = state->net };
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (ip6h->nexthdr != IPPROTO_UDP && ip6h->nexthdr != IPPROTO_ESP)
		return NF_ACCEPT;
	packet.header = sizeof(*ip6h);
	packet.path.remote = ip6h->daddr;
	packet.path.local = ip6h->saddr;
	packet.path.scope =
		ipsec_tcp_hook_scope(state->out, &packet.path.remote);
	return ipsec_tcp_hook_proto(ip6h->nexthdr, &packet);
}

/* UDP has come to the IKE daemon, and not from a connection: its port belongs
 * to a client that uses UDP, which has precedence. A proven connection keeps
 * its port, since the packet may be forged (see proof.c).
 */
static void ipsec_tcp_hook_udp_client(struct ipsec_tcp_path *path,
				      const struct udphdr *uh)
{
	struct ipsec_tcp_route *route;

	path->port = uh->source;
	route = uh->source ? ipsec_tcp_route_find(path, NULL) : NULL;
	if (!route || route->peer->set.role != IPSEC_TCP_ROLE_RESPONDER)
		return;
	if (uh->dest != htons(IPSEC_TCP_UDP_IKE) &&
	    uh->dest != READ_ONCE(route->peer->set.local_port))
		return;
	if (!route->conn)
		ipsec_tcp_route_del(route);
	else if (!READ_ONCE(route->conn->proof.proven))
		ipsec_tcp_proof_move(route->conn);
}

static unsigned int ipsec_tcp_hook_in4(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct ipsec_tcp_path path = { .net = state->net };
	const struct iphdr *iph = ip_hdr(skb);
	struct udphdr head;
	const struct udphdr *uh;

	if (iph->protocol != IPPROTO_UDP || ip_is_fragment(iph) ||
	    ipsec_tcp_deliver_is_own(skb))
		return NF_ACCEPT;
	uh = skb_header_pointer(skb, ip_hdrlen(skb), sizeof(head), &head);
	if (!uh)
		return NF_ACCEPT;
	ipv6_addr_set_v4mapped(iph->saddr, &path.remote);
	ipv6_addr_set_v4mapped(iph->daddr, &path.local);
	path.scope = ipsec_tcp_hook_scope(state->in, &path.remote);
	ipsec_tcp_hook_udp_client(&path, uh);
	return NF_ACCEPT;
}

static unsigned int ipsec_tcp_hook_in6(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct ipsec_tcp_path path = { .net = state->net };
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	struct udphdr head;
	const struct udphdr *uh;

	if (ip6h->nexthdr != IPPROTO_UDP || ipsec_tcp_deliver_is_own(skb))
		return NF_ACCEPT;
	uh = skb_header_pointer(skb, sizeof(*ip6h), sizeof(head), &head);
	if (!uh)
		return NF_ACCEPT;
	path.remote = ip6h->saddr;
	path.local = ip6h->daddr;
	path.scope = ipsec_tcp_hook_scope(state->in, &path.remote);
	ipsec_tcp_hook_udp_client(&path, uh);
	return NF_ACCEPT;
}

static const struct nf_hook_ops ipsec_tcp_hook_ops[] = {
	{
		.hook = ipsec_tcp_hook_ip4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_FIRST,
	},
	{
		.hook = ipsec_tcp_hook_ip6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP6_PRI_FIRST,
	},
	/* After the firewall. */
	{
		.hook = ipsec_tcp_hook_in4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST,
	},
	{
		.hook = ipsec_tcp_hook_in6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP6_PRI_LAST,
	},
};

/**
 * ipsec_tcp_hook_register - catch packets in a namespace
 * @net: namespace that gets its first peer
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_hook_register(struct net *net)
{
	return nf_register_net_hooks(net, ipsec_tcp_hook_ops,
				     ARRAY_SIZE(ipsec_tcp_hook_ops));
}

/**
 * ipsec_tcp_hook_unregister - stop catching packets
 * @net: namespace that has no peers left
 */
void ipsec_tcp_hook_unregister(struct net *net)
{
	nf_unregister_net_hooks(net, ipsec_tcp_hook_ops,
				ARRAY_SIZE(ipsec_tcp_hook_ops));
}
