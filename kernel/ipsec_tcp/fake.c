// SPDX-License-Identifier: GPL-2.0
/* The TCP header makes an ESP packet look like a late retransmission on the
 * connection. Its payload ends before genuine data begins: a TCP that receives
 * it takes all of it for old data.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>

#include "fake.h"
#include "ipsec_tcp.h"
#include "queue.h"

/**
 * ipsec_tcp_fake_start - a connection has started
 * @conn: its socket locked
 */
void ipsec_tcp_fake_start(struct ipsec_tcp_conn *conn)
{
	if (ipsec_tcp_conn_wants_fake(conn))
		ipsec_tcp_fake_add(conn);
}

/**
 * ipsec_tcp_fake_moved - request a successor of a connection, once
 * @conn: its streams have advanced; its socket locked
 *
 * The limit is far below the one at which firewalls drop the sequence number.
 *
 * Context: softirq or process.
 */
void ipsec_tcp_fake_moved(struct ipsec_tcp_conn *conn)
{
	const struct ipsec_tcp_position *position = &conn->position;

	if (conn->fake.renew || !ipsec_tcp_conn_wants_fake(conn) ||
	    conn->state != IPSEC_TCP_CONN_STATE_OPEN ||
	    max(position->sent, position->received) < IPSEC_TCP_FAKE_RENEW)
		return;
	conn->fake.renew = true;
	ipsec_tcp_queue_ask(&conn->queue, IPSEC_TCP_TODO_RENEW);
}

/**
 * ipsec_tcp_fake_may - can ESP be sent as fake TCP now?
 * @conn: the connection
 *
 * Context: RCU, any but hard interrupts.
 */
bool ipsec_tcp_fake_may(const struct ipsec_tcp_conn *conn)
{
	if (!ipsec_tcp_conn_wants_fake(conn) ||
	    READ_ONCE(conn->state) != IPSEC_TCP_CONN_STATE_OPEN ||
	    READ_ONCE(conn->position.sent) >= IPSEC_TCP_FAKE_MAX)
		return false;
	return conn->role == IPSEC_TCP_ROLE_ORIGINATOR ||
	       READ_ONCE(conn->fake.seen);
}

/**
 * ipsec_tcp_fake_grows - the growth of a packet
 * @network: bytes of its IP header
 * @header: bytes before ESP: the IP header, and the UDP header if there is one
 *
 * Return: bytes.
 */
unsigned int ipsec_tcp_fake_grows(unsigned int network, unsigned int header)
{
	return network + sizeof(struct tcphdr) - header;
}

static void ipsec_tcp_fake_tcp_header(const struct ipsec_tcp_conn *conn,
				      struct sk_buff *skb, unsigned int network)
{
	struct tcphdr *th = (void *)(skb->data + network);
	u32 len = skb->len - network;

	skb_set_transport_header(skb, network);
	*th = (struct tcphdr) {
		.source = conn->local_port,
		.dest = conn->remote_port,
		.seq = htonl(conn->position.snd_first - IPSEC_TCP_FAKE_BEFORE),
		.ack_seq = htonl(READ_ONCE(conn->position.ack)),
		.doff = sizeof(*th) / 4,
		.ack = 1,
		.window = READ_ONCE(conn->position.window),
	};
	if (conn->family == AF_INET)
		th->check = ~csum_tcpudp_magic(conn->local.s6_addr32[3],
					       conn->remote.s6_addr32[3], len,
					       IPPROTO_TCP, 0);
	else
		th->check = ~csum_ipv6_magic(&conn->local, &conn->remote, len,
					     IPPROTO_TCP, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb->encapsulation = 0;
}

/* A packet that is too long now is fragmented: its sender allows it, or could
 * not be told (see fake_mtu.c).
 */
static void ipsec_tcp_fake_ip_header(struct sk_buff *skb)
{
	bool long_one = skb->len > dst_mtu(skb_dst(skb));
	struct iphdr *iph = ip_hdr(skb);

	if (long_one)
		skb->ignore_df = 1;
	if (iph->version == 6) {
		ipv6_hdr(skb)->nexthdr = IPPROTO_TCP;
		ipv6_hdr(skb)->payload_len =
			htons(skb->len - sizeof(struct ipv6hdr));
		return;
	}
	if (long_one && iph->frag_off & htons(IP_DF)) {
		iph->frag_off &= ~htons(IP_DF);
		/* With DF set there was no identification (RFC 6864). */
		__ip_select_ident(dev_net(skb_dst(skb)->dev), iph, 1);
	}
	iph->protocol = IPPROTO_TCP;
	iph->tot_len = htons(skb->len);
	ip_send_check(iph);
}

static bool ipsec_tcp_fake_fits(const struct ipsec_tcp_conn *conn,
				const struct sk_buff *skb, unsigned int network,
				unsigned int header)
{
	if (skb->len - header >= IPSEC_TCP_FAKE_BEFORE)
		return false;
	if (conn->family == AF_INET)
		return network == sizeof(struct iphdr) &&
		       ip_hdr(skb)->saddr == conn->local.s6_addr32[3];
	return ipv6_addr_equal(&ipv6_hdr(skb)->saddr, &conn->local);
}

/**
 * ipsec_tcp_fake_make - turn an ESP packet into fake TCP
 * @conn: ipsec_tcp_fake_may()
 * @skb: with its IP header, on its way out
 * @header: bytes before ESP: the IP header, and the UDP header if there is one
 *
 * Return: 0; -EINVAL if the packet has to take the stream; -ENOMEM.
 */
int ipsec_tcp_fake_make(const struct ipsec_tcp_conn *conn, struct sk_buff *skb,
			unsigned int header)
{
	unsigned int network, grows;
	void *old;

	network = conn->family == AF_INET ? ip_hdrlen(skb) :
					    sizeof(struct ipv6hdr);
	grows = ipsec_tcp_fake_grows(network, header);
	if (!ipsec_tcp_fake_fits(conn, skb, network, header))
		return -EINVAL;
	if (skb_cow_head(skb, grows + LL_RESERVED_SPACE(skb_dst(skb)->dev)))
		return -ENOMEM;
	old = skb->data;
	memmove(__skb_push(skb, grows), old, network);
	skb_reset_network_header(skb);
	ipsec_tcp_fake_tcp_header(conn, skb, network);
	ipsec_tcp_fake_ip_header(skb);
	return 0;
}
