// SPDX-License-Identifier: GPL-2.0
/* LOCAL_OUT sees IKE, ESP in UDP and ESP alike, forwarded traffic too: xfrm
 * sends by local_out after the transformation. The caller may be in softirq or
 * hold the lock of an inner socket: messages are queued here and no more.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/xfrm.h>

#include "compat.h"
#include "conn.h"
#include "deliver.h"
#include "fake.h"
#include "hook.h"
#include "tx.h"

/**
 * struct hook_packet - a packet and what it is
 * @skb: the packet
 * @remote: where it goes; IPv4 as IPv4-mapped IPv6 address
 * @header: bytes before the message
 * @route: whose it is
 * @ike: is it an IKE message
 * @port_500: it came from port 500 and has no non-ESP marker
 */
struct hook_packet {
	struct sk_buff *skb;
	struct in6_addr remote;
	unsigned int header;
	const struct ipsec_tcp_route *route;
	bool ike;
	bool port_500;
};

static unsigned int hook_drop(const struct hook_packet *packet, int counter)
{
	ipsec_tcp_drop(packet->route->peer->stats, packet->skb, counter);
	return NF_STOLEN;
}

/* UDP counts if it comes from the IKE daemon's port; finds whose it is. Port 0,
 * which raw sockets can send to, is how routes name ESP without UDP.
 */
static bool hook_match_udp(const struct net *net, struct hook_packet *packet)
{
	const struct udphdr *uh;

	if (!pskb_may_pull(packet->skb, packet->header + sizeof(*uh)))
		return false;
	uh = (const void *)(packet->skb->data + packet->header);
	if (!uh->dest)
		return false;
	packet->route = ipsec_tcp_route_find(net, &packet->remote, uh->dest,
					     NULL);
	if (!packet->route)
		return false;
	packet->header += sizeof(*uh);
	packet->port_500 = uh->source == htons(IPSEC_TCP_UDP_IKE) &&
			   uh->dest == htons(IPSEC_TCP_UDP_IKE);
	return packet->port_500 ||
	       uh->source == READ_ONCE(packet->route->peer->set.local_port);
}

/* The skb is to be in pieces that have addresses, and its headers nobody
 * else's; it holds on to the sending socket, for its send buffer to count.
 */
static bool hook_own(struct hook_packet *packet)
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

static unsigned int hook_send(struct ipsec_tcp_conn *conn,
			      struct hook_packet *packet)
{
	bool ike = packet->ike;
	int err;

	if (!hook_own(packet))
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_NO_MEMORY);
	if (!ipsec_tcp_tx_frame(packet->skb))
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_TOO_LONG);
	if (ike)
		WRITE_ONCE(conn->ike_port_500, packet->port_500);
	err = ipsec_tcp_tx_queue(conn, packet->skb, ike);
	if (!err)
		return NF_STOLEN;
	if (err == -ENOTCONN)
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_NO_CONNECTION);
	return hook_drop(packet, ike ? IPSEC_TCP_A_STATS_TX_IKE_QUEUE_FULL :
			 IPSEC_TCP_A_STATS_TX_QUEUE_FULL);
}

/* ESP of a peer for fake TCP. */
static unsigned int hook_fake(struct ipsec_tcp_conn *conn,
			      struct hook_packet *packet)
{
	int err = -EINVAL;

	if (ipsec_tcp_fake_may(conn))
		err = ipsec_tcp_fake_make(conn, packet->skb, packet->header);
	if (err == -ENOMEM)
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_NO_MEMORY);
	if (err) {
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_TX_FAKE_TCP);
		return hook_send(conn, packet);
	}
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_TX_FAKE);
	return NF_ACCEPT;
}

/* What is it? 0, or the counter of the drop. */
static int hook_classify(struct hook_packet *packet)
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

/* Its peer is known: it leaves by TCP, or not at all (RFC 9329, section 5). */
static unsigned int hook_take(struct hook_packet *packet, bool bare_esp)
{
	struct ipsec_tcp_conn *conn;
	int counter;

	/* It is plain text yet: what is to encrypt it comes with the device. */
	if (xfrm_offload(packet->skb))
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_NOT_ENCRYPTED);
	if (skb_is_gso(packet->skb))
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_MALFORMED);
	counter = hook_classify(packet);
	/* An SPI MUST NOT be 0 (RFC 9329, section 3.2). */
	if (!counter && bare_esp && packet->ike)
		counter = IPSEC_TCP_A_STATS_TX_MALFORMED;
	if (counter)
		return hook_drop(packet, counter);
	conn = ipsec_tcp_route_conn(packet->route);
	if (!conn)
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_NO_CONNECTION);
	if (!packet->ike && ipsec_tcp_fake_wanted(conn))
		return hook_fake(conn, packet);
	return hook_send(conn, packet);
}

static unsigned int hook_esp(const struct net *net, struct hook_packet *packet)
{
	bool ambiguous = false;

	packet->route = ipsec_tcp_route_find(net, &packet->remote, 0,
					     &ambiguous);
	if (!packet->route)
		return NF_ACCEPT;
	if (ambiguous)
		return hook_drop(packet, IPSEC_TCP_A_STATS_TX_AMBIGUOUS);
	return hook_take(packet, true);
}

static unsigned int hook_proto(const struct net *net, u8 proto,
			       struct hook_packet *packet)
{
	if (proto == IPPROTO_ESP)
		return hook_esp(net, packet);
	if (!hook_match_udp(net, packet))
		return NF_ACCEPT;
	return hook_take(packet, false);
}

static unsigned int hook_ip4(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct hook_packet packet = { .skb = skb };
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol != IPPROTO_UDP && iph->protocol != IPPROTO_ESP)
		return NF_ACCEPT;
	if (ip_is_fragment(iph))
		return NF_ACCEPT;
	packet.header = ip_hdrlen(skb);
	ipv6_addr_set_v4mapped(iph->daddr, &packet.remote);
	return hook_proto(state->net, iph->protocol, &packet);
}

static unsigned int hook_ip6(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct hook_packet packet = { .skb = skb };
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (ip6h->nexthdr != IPPROTO_UDP && ip6h->nexthdr != IPPROTO_ESP)
		return NF_ACCEPT;
	packet.header = sizeof(*ip6h);
	packet.remote = ip6h->daddr;
	return hook_proto(state->net, ip6h->nexthdr, &packet);
}

static const struct nf_hook_ops hook_ops[] = {
	{
		.hook = hook_ip4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_FIRST,
	},
	{
		.hook = hook_ip6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP6_PRI_FIRST,
	},
};

/**
 * ipsec_tcp_hook_register - catch packets in a namespace
 * @net: namespace, that gets its first peer
 *
 * Return: 0 or a negative error.
 */
int ipsec_tcp_hook_register(struct net *net)
{
	return nf_register_net_hooks(net, hook_ops, ARRAY_SIZE(hook_ops));
}

/**
 * ipsec_tcp_hook_unregister - catch no more packets
 * @net: namespace that has no peers left
 */
void ipsec_tcp_hook_unregister(struct net *net)
{
	nf_unregister_net_hooks(net, hook_ops, ARRAY_SIZE(hook_ops));
}
