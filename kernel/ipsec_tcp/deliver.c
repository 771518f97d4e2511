// SPDX-License-Identifier: GPL-2.0
/* A received message gets the headers of the UDP packet that it would have been
 * (RFC 3948), and takes the path of that packet.
 */

#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/udp.h>
#include <net/xfrm.h>

#include "compat.h"
#include "deliver.h"
#include "ike.h"
#include "ipsec_tcp.h"
#include "proof.h"
#include "request.h"
#include "turn.h"
#include "wire.h"

#define DELIVER_OWNER_MAX	64
#define DELIVER_TTL		64

/* Validity of a cached SA, in jiffies. */
#define DELIVER_SPI_TIME	(HZ / 10)

/* Marks an IKE message that came by a connection: as the identification of
 * IPv4, which an atomic packet does not need (RFC 6864, section 4.1), or as the
 * flow label of IPv6.
 */
static u16 ipsec_tcp_deliver_own __read_mostly;

/**
 * ipsec_tcp_deliver_is_own - did a UDP packet come by a connection?
 * @skb: from its IP header on
 *
 * A sender who guesses the number of this machine can make a UDP packet look
 * like that. The effect is only that the sender is not noticed as a client
 * that uses UDP.
 */
bool ipsec_tcp_deliver_is_own(const struct sk_buff *skb)
{
	if (ip_hdr(skb)->version == 4)
		return ip_hdr(skb)->id ==
			       (__force __be16)ipsec_tcp_deliver_own &&
		       ip_hdr(skb)->frag_off == htons(IP_DF);
	return ip6_flowlabel(ipv6_hdr(skb)) == htonl(ipsec_tcp_deliver_own);
}

/**
 * ipsec_tcp_deliver_init - before the first connection
 */
void ipsec_tcp_deliver_init(void)
{
	ipsec_tcp_deliver_own = get_random_u32() | 1;
}

/**
 * ipsec_tcp_deliver_max - the longest message that can be delivered
 * @conn: the connection
 *
 * Return: bytes. With a peer the message has to fit into a UDP packet.
 */
u32 ipsec_tcp_deliver_max(const struct ipsec_tcp_conn *conn)
{
	if (!conn->peer)
		return IPSEC_TCP_MAX_PAYLOAD;
	if (conn->family == AF_INET)
		return IP_MAX_MTU - sizeof(struct iphdr) -
		       sizeof(struct udphdr);
	return IP6_MAX_MTU - sizeof(struct ipv6hdr) - sizeof(struct udphdr);
}

/**
 * ipsec_tcp_deliver_push_udp - put a UDP header before a message
 * @conn: connection that the message came by
 * @skb: the message, with headroom for the header
 * @dport: local port
 */
void ipsec_tcp_deliver_push_udp(const struct ipsec_tcp_conn *conn,
				struct sk_buff *skb, __be16 dport)
{
	struct udphdr *uh = skb_push(skb, sizeof(*uh));

	skb_reset_transport_header(skb);
	uh->source = READ_ONCE(conn->udp_port);
	if (dport == htons(IPSEC_TCP_UDP_IKE))
		uh->source = dport;
	uh->dest = dport;
	uh->len = htons(skb->len);
	uh->check = 0;
}

static void ipsec_tcp_deliver_push_ip4(const struct ipsec_tcp_conn *conn,
				       struct sk_buff *skb, u8 proto)
{
	struct iphdr *iph = skb_push(skb, sizeof(*iph));

	skb_reset_network_header(skb);
	*iph = (struct iphdr){
		.version = 4,
		.ihl = sizeof(*iph) / 4,
		.tot_len = htons(skb->len),
		.id = (__force __be16)ipsec_tcp_deliver_own,
		.frag_off = htons(IP_DF),
		.ttl = DELIVER_TTL,
		.protocol = proto,
		.saddr = conn->remote.s6_addr32[3],
		.daddr = conn->local.s6_addr32[3],
	};
	ip_send_check(iph);
	skb->protocol = htons(ETH_P_IP);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
}

static void ipsec_tcp_deliver_push_ip6(const struct ipsec_tcp_conn *conn,
				       struct sk_buff *skb, u8 proto)
{
	u16 len = skb->len;
	struct ipv6hdr *ip6h = skb_push(skb, sizeof(*ip6h));

	skb_reset_network_header(skb);
	*ip6h = (struct ipv6hdr) {
		.version = 6,
		.payload_len = htons(len),
		.nexthdr = proto,
		.hop_limit = DELIVER_TTL,
		.saddr = conn->remote,
		.daddr = conn->local,
	};
	ip6_flow_hdr(ip6h, 0, htonl(ipsec_tcp_deliver_own));
	skb->protocol = htons(ETH_P_IPV6);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);
}

/* GRO compares the link-layer headers of inner packets, if the device has any.
 * Without a header here it would compare old memory, and merge nothing.
 */
static void ipsec_tcp_deliver_push_mac(struct sk_buff *skb)
{
	struct ethhdr *eth;

	skb->mac_len = 0;
	if (skb->dev->hard_header_len == ETH_HLEN) {
		eth = skb_push(skb, ETH_HLEN);
		memset(eth, 0, sizeof(*eth));
		eth->h_proto = skb->protocol;
		skb->mac_len = ETH_HLEN;
	}
	skb_reset_mac_header(skb);
	__skb_pull(skb, skb->mac_len);
}

static void ipsec_tcp_deliver_push_ip(const struct ipsec_tcp_conn *conn,
				      struct sk_buff *skb, u8 proto)
{
	if (conn->family == AF_INET)
		ipsec_tcp_deliver_push_ip4(conn, skb, proto);
	else
		ipsec_tcp_deliver_push_ip6(conn, skb, proto);
	ipsec_tcp_deliver_push_mac(skb);
	skb->pkt_type = PACKET_HOST;
	skb->mark = conn->rx.mark;
	skb->skb_iif = conn->rx.iif;
}

static __sum16 ipsec_tcp_deliver_udp_sum(const struct ipsec_tcp_conn *conn,
					 const struct sk_buff *skb)
{
	__wsum sum = skb_checksum(skb, 0, skb->len, 0);
	__sum16 check;

	if (conn->family == AF_INET)
		check = csum_tcpudp_magic(conn->remote.s6_addr32[3],
					  conn->local.s6_addr32[3], skb->len,
					  IPPROTO_UDP, sum);
	else
		check = csum_ipv6_magic(&conn->remote, &conn->local, skb->len,
					IPPROTO_UDP, sum);
	return check ?: CSUM_MANGLED_0;
}

/* The message seems to have come by the device of the TCP segment. */
static struct net_device *
ipsec_tcp_deliver_dev(const struct ipsec_tcp_conn *conn)
{
	return dev_get_by_index_rcu(conn->tn->net, conn->rx.iif);
}

static bool ipsec_tcp_deliver_ike_plausible(const struct sk_buff *skb)
{
	const u8 *ike = skb->data + IPSEC_TCP_MARKER_LEN;

	return skb->len >= IPSEC_TCP_MARKER_LEN + IPSEC_TCP_IKE_HEADER &&
	       get_unaligned_be32(ike + IPSEC_TCP_IKE_LENGTH) ==
	       skb->len - IPSEC_TCP_MARKER_LEN;
}

/* The caller holds the lock of the socket. */
static void ipsec_tcp_deliver_owner_free(struct sk_buff *skb)
{
	sk_mem_uncharge(skb->sk, skb->truesize);
}

/* The socket is charged for messages that wait for the owner. They do not count
 * against the receive buffer: an owner who does not read would stop ESP.
 */
static bool ipsec_tcp_deliver_owner(struct ipsec_tcp_conn *conn,
				    struct sk_buff *skb)
{
	struct sock *sk = conn->sk;

	if (skb_queue_len(&conn->owner) >= DELIVER_OWNER_MAX ||
	    !sk_rmem_schedule(sk, skb, skb->truesize)) {
		ipsec_tcp_drop(conn->stats, skb,
			       IPSEC_TCP_A_STATS_RX_OWNER_FULL);
		return true;
	}
	sk_mem_charge(sk, skb->truesize);
	skb->sk = sk;
	skb->destructor = ipsec_tcp_deliver_owner_free;
	skb_queue_tail(&conn->owner, skb);
	conn->saved.data_ready(sk);
	return true;
}

static void ipsec_tcp_deliver_ike_udp(const struct ipsec_tcp_conn *conn,
				      struct sk_buff *skb)
{
	__be16 dport = READ_ONCE(conn->peer->set.local_port);
	struct udphdr *uh;

	if (READ_ONCE(conn->ike_port_500)) {
		dport = htons(IPSEC_TCP_UDP_IKE);
		skb_pull(skb, IPSEC_TCP_MARKER_LEN);
	}
	ipsec_tcp_deliver_push_udp(conn, skb, dport);
	uh = udp_hdr(skb);
	uh->check = ipsec_tcp_deliver_udp_sum(conn, skb);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	ipsec_tcp_deliver_push_ip(conn, skb, IPPROTO_UDP);
	netif_rx(skb);
}

static bool ipsec_tcp_deliver_ike(struct ipsec_tcp_conn *conn,
				  struct sk_buff *skb)
{
	if (conn->peer && !ipsec_tcp_deliver_ike_plausible(skb)) {
		ipsec_tcp_drop(conn->stats, skb, IPSEC_TCP_A_STATS_RX_BAD_IKE);
		return false;
	}
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_IKE);
	ipsec_tcp_stats_add(conn->stats, IPSEC_TCP_A_STATS_RX_BYTES,
			    skb->len + IPSEC_TCP_LENGTH_SIZE);
	if (!conn->peer)
		return ipsec_tcp_deliver_owner(conn, skb);

	skb->dev = ipsec_tcp_deliver_dev(conn);
	if (!skb->dev) {
		ipsec_tcp_drop(conn->stats, skb,
			       IPSEC_TCP_A_STATS_RX_NO_DEVICE);
		return true;
	}
	ipsec_tcp_proof_ike_rx(conn, skb->data + IPSEC_TCP_MARKER_LEN);
	if (conn->role == IPSEC_TCP_ROLE_ORIGINATOR)
		ipsec_tcp_request_answered(&conn->peer->request,
					   skb->data + IPSEC_TCP_MARKER_LEN);
	ipsec_tcp_deliver_ike_udp(conn, skb);
	ipsec_tcp_turn_message(false);
	return true;
}

/* A wrong encapsulation type would count as XfrmInStateMismatch. */
static int ipsec_tcp_deliver_look_up(const struct ipsec_tcp_conn *conn,
				     u32 mark, __be32 spi, bool *transport)
{
	const struct in6_addr *local = &conn->local;
	xfrm_address_t daddr = {};
	struct xfrm_state *x;
	int type = 0;

	if (conn->family == AF_INET)
		daddr.a4 = local->s6_addr32[3];
	else
		daddr.in6 = *local;
	x = xfrm_state_lookup(conn->tn->net, mark, &daddr, spi, IPPROTO_ESP,
			      conn->family);
	if (!x)
		return -ENOENT;
	if (x->encap)
		type = x->encap->encap_type;
	*transport = x->props.mode == XFRM_MODE_TRANSPORT;
	xfrm_state_put(x);
	return type;
}

/**
 * ipsec_tcp_deliver_encap_type - look up the encapsulation type of an SA
 * @conn: connection that the packet came by
 * @mark: of the packet
 * @spi: of the packet
 *
 * xfrm looks the SA up again: here a result of DELIVER_SPI_TIME ago is good
 * enough. If another SA has the same SPI by then, some packets are lost. Two
 * CPUs may write the cache at the same time: the effect is the same.
 *
 * Context: RCU.
 * Return: encapsulation type, 0 for none; -ENOENT if there is no SA.
 */
int ipsec_tcp_deliver_encap_type(struct ipsec_tcp_conn *conn, u32 mark,
				 __be32 spi)
{
	struct ipsec_tcp_last_sa *last = &conn->last_sa;
	bool transport;
	int type;

	if (READ_ONCE(last->spi) == spi && READ_ONCE(last->mark) == mark &&
	    time_before(jiffies, READ_ONCE(last->until)))
		return READ_ONCE(last->encap_type);
	type = ipsec_tcp_deliver_look_up(conn, mark, spi, &transport);
	if (type >= 0) {
		WRITE_ONCE(last->mark, mark);
		WRITE_ONCE(last->transport, transport);
		WRITE_ONCE(last->encap_type, type);
		WRITE_ONCE(last->until, jiffies + DELIVER_SPI_TIME);
		WRITE_ONCE(last->spi, spi);
	}
	return type;
}

/* The route of the segment saves xfrm a lookup. It is not counted: the caller
 * holds RCU, and xfrm takes a reference before it defers a packet.
 */
static void ipsec_tcp_deliver_route(const struct ipsec_tcp_conn *conn,
				    struct sk_buff *skb)
{
	const struct sock *sk = conn->sk;
	struct dst_entry *dst;

	dst = rcu_dereference(sk->sk_rx_dst);
	if (dst && sk->sk_rx_dst_ifindex == conn->rx.iif &&
	    dst_check(dst, sk->sk_rx_dst_cookie))
		skb_dst_set_noref(skb, dst);
}

/**
 * ipsec_tcp_deliver_xfrm - pass an ESP packet to xfrm
 * @skb: the packet, at ESP; xfrm reads the headers before its data
 * @family: of the IP header
 * @type: encapsulation type
 *
 * Context: softirq or process.
 */
void ipsec_tcp_deliver_xfrm(struct sk_buff *skb, u16 family, int type)
{
	skb_reset_transport_header(skb);
	local_bh_disable();
	if (family == AF_INET)
		xfrm4_rcv_encap(skb, IPPROTO_ESP, 0, type);
	else
		xfrm6_rcv_encap(skb, IPPROTO_ESP, 0, type);
	local_bh_enable();
}

/* Number of packets that xfrm has refused on this CPU after decryption, in most
 * cases for a wrong ICV. Asynchronous algorithms count later.
 */
static unsigned long
ipsec_tcp_deliver_refused(const struct ipsec_tcp_conn *conn)
{
#ifdef CONFIG_XFRM_STATISTICS
	const struct net *net = conn->tn->net;

	return this_cpu_read(net->mib.xfrm_statistics->mibs
			     [LINUX_MIB_XFRMINSTATEPROTOERROR]);
#else
	return 0;
#endif
}

/* Returns false if the packet is known not to be authentic. */
static bool ipsec_tcp_deliver_decrypt(struct ipsec_tcp_conn *conn,
				      struct sk_buff *skb, int type)
{
	unsigned long refused = ipsec_tcp_deliver_refused(conn);

	ipsec_tcp_deliver_xfrm(skb, conn->family, type);
	if (ipsec_tcp_deliver_refused(conn) == refused)
		return true;
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_NOT_AUTHENTIC);
	return false;
}

static void ipsec_tcp_deliver_headers(const struct ipsec_tcp_conn *conn,
				      struct sk_buff *skb, int type)
{
	u32 esp = skb->len;
	u8 proto = IPPROTO_ESP;

	if (type) {
		ipsec_tcp_deliver_push_udp(conn, skb,
					   htons(IPSEC_TCP_UDP_NATT));
		proto = IPPROTO_UDP;
	}
	ipsec_tcp_deliver_push_ip(conn, skb, proto);
	__skb_pull(skb, skb->len - esp);
}

static bool ipsec_tcp_deliver_esp(struct ipsec_tcp_conn *conn,
				  struct sk_buff *skb)
{
	bool authentic;
	int type;

	type = ipsec_tcp_deliver_encap_type(conn, conn->rx.mark,
					    *(__be32 *)skb->data);
	if (type < 0) {
		ipsec_tcp_drop(conn->stats, skb,
			       IPSEC_TCP_A_STATS_RX_UNKNOWN_SPI);
		return false;
	}
	skb->dev = ipsec_tcp_deliver_dev(conn);
	if (!skb->dev) {
		ipsec_tcp_drop(conn->stats, skb,
			       IPSEC_TCP_A_STATS_RX_NO_DEVICE);
		return true;
	}
	ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_ESP);
	ipsec_tcp_stats_add(conn->stats, IPSEC_TCP_A_STATS_RX_BYTES,
			    skb->len + IPSEC_TCP_LENGTH_SIZE);
	if (conn->fake.seen)
		WRITE_ONCE(conn->fake.seen, false);
	ipsec_tcp_deliver_headers(conn, skb, type);
	ipsec_tcp_deliver_route(conn, skb);
	ipsec_tcp_proof_tag(conn, skb, false, !type);
	authentic = ipsec_tcp_deliver_decrypt(conn, skb, type);
	ipsec_tcp_turn_message(READ_ONCE(conn->last_sa.transport));
	return authentic;
}

/* The message is too short for a non-ESP marker or an SPI. A NAT keep-alive is
 * dropped silently (RFC 9329, section 6.6).
 */
static bool ipsec_tcp_deliver_short(struct ipsec_tcp_conn *conn,
				    struct sk_buff *skb)
{
	if (skb->len == 1 && skb->data[0] == 0xff) {
		ipsec_tcp_count(conn->stats, IPSEC_TCP_A_STATS_RX_KEEPALIVE);
		consume_skb(skb);
		return true;
	}
	ipsec_tcp_drop(conn->stats, skb, IPSEC_TCP_A_STATS_RX_SHORT);
	return false;
}

/**
 * ipsec_tcp_deliver - pass a message to xfrm, to the IKE daemon or to the owner
 * @conn: connection that the message came by, its socket locked
 * @skb: the message without Length field; consumed
 *
 * Nothing re-enters the stack from here: tunnel mode ends in the queue of
 * gro_cells, transport mode in xfrm_trans_queue(), IKE in netif_rx().
 *
 * Context: softirqs off.
 * Return: false if the SPI is unknown, or the message is malformed or not
 * authentic.
 */
bool ipsec_tcp_deliver(struct ipsec_tcp_conn *conn, struct sk_buff *skb)
{
	bool known;

	if (skb->len < IPSEC_TCP_MARKER_LEN)
		return ipsec_tcp_deliver_short(conn, skb);
	rcu_read_lock();
	if (get_unaligned_be32(skb->data))
		known = ipsec_tcp_deliver_esp(conn, skb);
	else
		known = ipsec_tcp_deliver_ike(conn, skb);
	rcu_read_unlock();
	return known;
}
