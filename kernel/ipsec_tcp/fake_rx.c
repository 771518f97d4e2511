// SPDX-License-Identifier: GPL-2.0
/* Turns fake TCP in place into the packet that it was made of, ESP in UDP or
 * ESP. Other segments are left to TCP.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "deliver.h"
#include "fake.h"
#include "ipsec_tcp.h"
#include "proof.h"
#include "wire.h"

/* Data offset 5, reserved bits 0, flags ACK. */
#define FAKE_RX_FLAGS	htons(0x5010)

/**
 * struct fake_segment - a TCP segment
 * @skb: from its IP header on
 * @family: AF_INET or AF_INET6
 * @network: bytes of the IP header
 * @remote: source; IPv4 as IPv4-mapped IPv6 address
 * @local: destination
 */
struct fake_segment {
	struct sk_buff *skb;
	u8 family;
	unsigned int network;
	struct in6_addr remote;
	struct in6_addr local;
};

static const struct tcphdr *
ipsec_tcp_fake_rx_header(const struct fake_segment *segment)
{
	return (const void *)(segment->skb->data + segment->network);
}

static u32 ipsec_tcp_fake_rx_esp_len(const struct fake_segment *segment)
{
	return segment->skb->len - segment->network - sizeof(struct tcphdr);
}

/* Genuine data never has this sequence number. */
static bool ipsec_tcp_fake_rx_is(const struct fake_segment *segment,
				 const struct ipsec_tcp_conn *conn)
{
	u32 seq = ntohl(ipsec_tcp_fake_rx_header(segment)->seq);

	return seq == conn->position.rcv_first - IPSEC_TCP_FAKE_BEFORE &&
	       ipsec_tcp_fake_rx_esp_len(segment) < IPSEC_TCP_FAKE_BEFORE &&
	       READ_ONCE(conn->position.received) < IPSEC_TCP_FAKE_WRAP;
}

static struct ipsec_tcp_conn *
ipsec_tcp_fake_rx_find(const struct net *net, struct fake_segment *segment)
{
	struct sk_buff *skb = segment->skb;
	struct ipsec_tcp_conn *conn;
	const struct tcphdr *th;

	/* GRO does not merge fake TCP: all segments have the same sequence
	 * number.
	 */
	if (!pskb_may_pull(skb, segment->network + sizeof(*th)) ||
	    skb_is_gso(skb))
		return NULL;
	th = ipsec_tcp_fake_rx_header(segment);
	if (((const __be16 *)th)[6] != FAKE_RX_FLAGS)
		return NULL;
	conn = ipsec_tcp_fake_find(net, &segment->remote, th->source,
				   &segment->local, th->dest);
	return conn && ipsec_tcp_fake_rx_is(segment, conn) ? conn : NULL;
}

static bool ipsec_tcp_fake_rx_sum(const struct fake_segment *segment)
{
	return !nf_checksum(segment->skb, NF_INET_LOCAL_IN, segment->network,
			    IPPROTO_TCP, segment->family);
}

/* ESP decrypts in place: shared memory is copied. */
static bool ipsec_tcp_fake_rx_own(struct sk_buff *skb)
{
	return !skb_linearize(skb) && !skb_unclone(skb, GFP_ATOMIC);
}

static void ipsec_tcp_fake_rx_ip_header(struct sk_buff *skb, u8 proto)
{
	struct iphdr *iph = ip_hdr(skb);

	if (iph->version == 6) {
		ipv6_hdr(skb)->nexthdr = proto;
		ipv6_hdr(skb)->payload_len =
			htons(skb->len - sizeof(struct ipv6hdr));
		return;
	}
	iph->protocol = proto;
	iph->tot_len = htons(skb->len);
	ip_send_check(iph);
}

/* Leaves the data at ESP. The headers before it are those that xfrm reads. */
static void ipsec_tcp_fake_rx_headers(const struct ipsec_tcp_conn *conn,
				      struct fake_segment *segment, int type)
{
	unsigned int shorter = sizeof(struct tcphdr);
	struct sk_buff *skb = segment->skb;
	void *old = skb->data;
	u8 proto = IPPROTO_ESP;
	u32 esp;

	if (type) {
		shorter -= sizeof(struct udphdr);
		proto = IPPROTO_UDP;
	}
	memmove(old + shorter, old, segment->network);
	__skb_pull(skb, segment->network + sizeof(struct tcphdr));
	esp = skb->len;
	if (type)
		ipsec_tcp_deliver_push_udp(conn, skb,
					   htons(IPSEC_TCP_UDP_NATT));
	__skb_push(skb, segment->network);
	skb_reset_network_header(skb);
	ipsec_tcp_fake_rx_ip_header(skb, proto);
	__skb_pull(skb, skb->len - esp);
}

/* Returns 0, or the counter of the drop. On success the skb is linear. */
static int ipsec_tcp_fake_rx_check(struct ipsec_tcp_conn *conn,
				   const struct fake_segment *segment,
				   int *type)
{
	unsigned int esp = segment->network + sizeof(struct tcphdr);
	struct sk_buff *skb = segment->skb;

	if (ipsec_tcp_fake_rx_esp_len(segment) < IPSEC_TCP_ESP_MIN ||
	    !ipsec_tcp_fake_rx_sum(segment))
		return IPSEC_TCP_A_STATS_RX_FAKE_MALFORMED;
	if (!ipsec_tcp_fake_rx_own(skb))
		return IPSEC_TCP_A_STATS_RX_NO_MEMORY;
	*type = ipsec_tcp_deliver_encap_type(conn, skb->mark,
					     *(__be32 *)(skb->data + esp));
	return *type < 0 ? IPSEC_TCP_A_STATS_RX_UNKNOWN_SPI : 0;
}

static unsigned int ipsec_tcp_fake_rx_take(struct ipsec_tcp_conn *conn,
					   struct fake_segment *segment)
{
	struct sk_buff *skb = segment->skb;
	int counter, type;

	counter = ipsec_tcp_fake_rx_check(conn, segment, &type);
	if (counter) {
		ipsec_tcp_drop(conn->stats, skb, counter);
		return NF_STOLEN;
	}
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_FAKE);
	/* Early demultiplexing may have assigned the segment to the TCP socket.
	 */
	skb_orphan(skb);
	skb->ip_summed = CHECKSUM_NONE;
	ipsec_tcp_fake_rx_headers(conn, segment, type);
	ipsec_tcp_proof_tag(conn, skb, true, !type);
	ipsec_tcp_deliver_xfrm(skb, segment->family, type);
	return NF_STOLEN;
}

/**
 * ipsec_tcp_fake_rx4 - receive a TCP segment
 * @net: namespace
 * @skb: from its IP header on
 *
 * Context: RCU, softirq.
 * Return: verdict of a hook.
 */
unsigned int ipsec_tcp_fake_rx4(const struct net *net, struct sk_buff *skb)
{
	struct fake_segment segment = {
		.skb = skb,
		.family = AF_INET,
		.network = sizeof(struct iphdr),
	};
	struct ipsec_tcp_conn *conn;

	if (ip_hdrlen(skb) != sizeof(struct iphdr))
		return NF_ACCEPT;
	ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, &segment.remote);
	ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, &segment.local);
	conn = ipsec_tcp_fake_rx_find(net, &segment);
	return conn ? ipsec_tcp_fake_rx_take(conn, &segment) : NF_ACCEPT;
}

/**
 * ipsec_tcp_fake_rx6 - receive a TCP segment
 * @net: namespace
 * @skb: from its IPv6 header on, directly followed by TCP
 *
 * Context: RCU, softirq.
 * Return: verdict of a hook.
 */
unsigned int ipsec_tcp_fake_rx6(const struct net *net, struct sk_buff *skb)
{
	struct fake_segment segment = {
		.skb = skb,
		.family = AF_INET6,
		.network = sizeof(struct ipv6hdr),
		.remote = ipv6_hdr(skb)->saddr,
		.local = ipv6_hdr(skb)->daddr,
	};
	struct ipsec_tcp_conn *conn;

	conn = ipsec_tcp_fake_rx_find(net, &segment);
	return conn ? ipsec_tcp_fake_rx_take(conn, &segment) : NF_ACCEPT;
}
