// SPDX-License-Identifier: GPL-2.0
/* The TCP header is longer than what xfrm reckons with, a UDP header or none.
 * The sender of a packet that would become too long gets an ICMP error before
 * the packet is encrypted. ICMP errors that routers send about fake TCP are
 * handled here, since TCP would ignore them.
 */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "compat.h"
#include "fake.h"
#include "ipsec_tcp.h"
#include "proof.h"
#include "route.h"

/* The MTU of a tunnel shrinks by at most so much: 20 bytes, rounded up to the
 * block of any cipher.
 */
#define FAKE_MTU_SPARE	32

static bool ipsec_tcp_fake_mtu_fits(const struct sk_buff *skb, u32 mtu)
{
	if (skb_is_gso(skb))
		return skb_gso_validate_network_len(skb, mtu);
	return skb->len <= mtu;
}

/* The connection that packets of an SA take as fake TCP, or NULL. */
static struct ipsec_tcp_conn *
ipsec_tcp_fake_mtu_conn(const struct net *net, const struct xfrm_state *x)
{
	__be16 port = x->encap ? x->encap->encap_dport : 0;
	struct ipsec_tcp_path path = {
		.net = net,
		.port = port,
		.scope = IPSEC_TCP_ANY_SCOPE,
	};
	struct ipsec_tcp_route *route = NULL;
	struct ipsec_tcp_conn *conn;

	if (x->props.family == AF_INET) {
		ipv6_addr_set_v4mapped(x->id.daddr.a4, &path.remote);
		ipv6_addr_set_v4mapped(x->props.saddr.a4, &path.local);
	} else {
		path.remote = x->id.daddr.in6;
		path.local = x->props.saddr.in6;
	}
	while ((route = ipsec_tcp_route_find(&path, route))) {
		conn = ipsec_tcp_route_conn(route);
		if (!conn || !ipsec_tcp_fake_may(conn))
			continue;
		if (x->encap || conn->role == IPSEC_TCP_ROLE_ORIGINATOR ||
		    ipsec_tcp_proof_bare(conn, x))
			return conn;
	}
	return NULL;
}

/* Does the tunnel carry packets between its own ends? A smaller MTU for those
 * would apply to the tunnel as well, which would shrink it again.
 */
static bool ipsec_tcp_fake_mtu_same(const struct sk_buff *skb,
				    const struct xfrm_state *x)
{
	if (ip_hdr(skb)->version == 4)
		return x->props.family == AF_INET &&
		       ip_hdr(skb)->daddr == x->id.daddr.a4;
	return x->props.family == AF_INET6 &&
	       ipv6_addr_equal(&ipv6_hdr(skb)->daddr, &x->id.daddr.in6);
}

/* Packets of other transformations are fragmented. */
static bool ipsec_tcp_fake_mtu_is_tunnel(const struct sk_buff *skb,
					 const struct xfrm_state *x)
{
	return x->id.proto == IPPROTO_ESP &&
	       x->props.mode == XFRM_MODE_TUNNEL &&
	       !xfrm_dst_child(skb_dst(skb))->xfrm &&
	       !ipsec_tcp_fake_mtu_same(skb, x);
}

/* May the packet be fragmented, before or after encryption? */
static bool ipsec_tcp_fake_mtu_fragments(const struct sk_buff *skb)
{
	return skb->ignore_df || (ip_hdr(skb)->version == 4 &&
				  !(ip_hdr(skb)->frag_off & htons(IP_DF)));
}

static void ipsec_tcp_fake_mtu_tell(struct sk_buff *skb, u32 mtu)
{
	skb->dev = skb_dst(skb)->dev;
	if (skb->sk)
		skb_dst_update_pmtu_no_confirm(skb, mtu);
	if (ip_hdr(skb)->version == 4) {
		skb->protocol = htons(ETH_P_IP);
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			  htonl(mtu));
	} else {
		skb->protocol = htons(ETH_P_IPV6);
		icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	}
}

static u32 ipsec_tcp_fake_mtu_of(const struct sk_buff *skb,
				 struct xfrm_state *x)
{
	u32 header = x->encap ? sizeof(struct udphdr) : 0;
	u32 mtu;

	mtu = xfrm_state_mtu(x, dst_mtu(xfrm_dst_child(skb_dst(skb))) -
				ipsec_tcp_fake_grows(0, header));
	if (ip_hdr(skb)->version == 6)
		mtu = max_t(u32, mtu, IPV6_MIN_MTU);
	return mtu;
}

/**
 * ipsec_tcp_fake_mtu - drop a packet that would be too long as fake TCP
 * @net: namespace
 * @skb: any packet, before encryption
 *
 * Context: RCU, any but hard interrupts.
 * Return: verdict of a hook.
 */
unsigned int ipsec_tcp_fake_mtu(const struct net *net, struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	struct ipsec_tcp_conn *conn;
	struct xfrm_state *x;
	u32 mtu;

	x = dst_xfrm(dst);
	if (!x || ipsec_tcp_fake_mtu_fits(skb, dst_mtu(dst) - FAKE_MTU_SPARE))
		return NF_ACCEPT;
	if (!ipsec_tcp_fake_mtu_is_tunnel(skb, x) ||
	    ipsec_tcp_fake_mtu_fragments(skb))
		return NF_ACCEPT;
	conn = ipsec_tcp_fake_mtu_conn(net, x);
	if (!conn)
		return NF_ACCEPT;
	mtu = ipsec_tcp_fake_mtu_of(skb, x);
	if (ipsec_tcp_fake_mtu_fits(skb, mtu))
		return NF_ACCEPT;
	ipsec_tcp_fake_mtu_tell(skb, mtu);
	ipsec_tcp_drop(conn->stats, skb, IPSEC_TCP_A_STATS_TX_FAKE_TOO_BIG);
	return NF_STOLEN;
}

/**
 * struct fake_error - an ICMP error
 * @skb: from its IP header on
 * @family: AF_INET or AF_INET6
 * @icmp: bytes before the ICMP header
 * @packet: bytes before the quoted packet
 * @network: bytes of the IP header of the quoted packet
 */
struct fake_error {
	struct sk_buff *skb;
	u8 family;
	unsigned int icmp;
	unsigned int packet;
	unsigned int network;
};

/* RFC 792: eight bytes of TCP are quoted, the ports and the sequence number. */
#define FAKE_ERROR_TCP	8

static const void *ipsec_tcp_fake_error_at(const struct fake_error *error,
					   unsigned int offset)
{
	return error->skb->data + offset;
}

static bool ipsec_tcp_fake_error_pull(const struct fake_error *error,
				      unsigned int len)
{
	return pskb_may_pull(error->skb, len);
}

/* Does the error quote fake TCP of a connection? */
static bool ipsec_tcp_fake_error_is(const struct net *net,
				    const struct fake_error *error,
				    const struct in6_addr *local,
				    const struct in6_addr *remote)
{
	const struct ipsec_tcp_conn *conn;
	const struct tcphdr *th;

	th = ipsec_tcp_fake_error_at(error, error->packet + error->network);
	conn = ipsec_tcp_fake_find(net, remote, th->dest, local, th->source);
	if (!conn)
		return false;
	return ntohl(th->seq) ==
	       conn->position.snd_first - IPSEC_TCP_FAKE_BEFORE &&
	       !nf_checksum(error->skb, NF_INET_LOCAL_IN, error->icmp,
			    error->family == AF_INET ? IPPROTO_ICMP :
						       IPPROTO_ICMPV6,
			    error->family);
}

/**
 * ipsec_tcp_fake_icmp4 - learn the path MTU from ICMP
 * @net: namespace
 * @skb: from its IP header on
 *
 * Context: RCU, softirq.
 */
void ipsec_tcp_fake_icmp4(struct net *net, struct sk_buff *skb)
{
	struct fake_error error = {
		.skb = skb,
		.family = AF_INET,
		.icmp = ip_hdrlen(skb),
		.packet = ip_hdrlen(skb) + sizeof(struct icmphdr),
		.network = sizeof(struct iphdr),
	};
	struct in6_addr local, remote;
	const struct icmphdr *icmp;
	const struct iphdr *iph;
	u16 mtu;

	if (!ipsec_tcp_fake_error_pull(&error, error.packet + error.network +
						       FAKE_ERROR_TCP))
		return;
	icmp = ipsec_tcp_fake_error_at(&error, error.icmp);
	iph = ipsec_tcp_fake_error_at(&error, error.packet);
	mtu = ntohs(icmp->un.frag.mtu);
	if (icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED ||
	    !mtu || READ_ONCE(net->ipv4.sysctl_ip_no_pmtu_disc) ||
	    iph->protocol != IPPROTO_TCP || iph->ihl * 4 != error.network)
		return;
	ipv6_addr_set_v4mapped(iph->saddr, &local);
	ipv6_addr_set_v4mapped(iph->daddr, &remote);
	if (!ipsec_tcp_fake_error_is(net, &error, &local, &remote))
		return;
	__skb_pull(skb, error.packet);
	ipv4_update_pmtu(skb, net, mtu, 0, IPPROTO_TCP);
	__skb_push(skb, error.packet);
}

/**
 * ipsec_tcp_fake_icmp6 - learn the path MTU from ICMPv6
 * @net: namespace
 * @skb: from its IPv6 header on, directly followed by ICMPv6
 *
 * Context: RCU, softirq.
 */
void ipsec_tcp_fake_icmp6(struct net *net, struct sk_buff *skb)
{
	struct fake_error error = {
		.skb = skb,
		.family = AF_INET6,
		.icmp = sizeof(struct ipv6hdr),
		.packet = sizeof(struct ipv6hdr) + sizeof(struct icmp6hdr),
		.network = sizeof(struct ipv6hdr),
	};
	const struct ipv6hdr *ip6h;
	const struct icmp6hdr *icmp;

	if (!ipsec_tcp_fake_error_pull(&error, error.packet + error.network +
						       FAKE_ERROR_TCP))
		return;
	icmp = ipsec_tcp_fake_error_at(&error, error.icmp);
	ip6h = ipsec_tcp_fake_error_at(&error, error.packet);
	if (icmp->icmp6_type != ICMPV6_PKT_TOOBIG ||
	    ip6h->nexthdr != IPPROTO_TCP ||
	    !ipsec_tcp_fake_error_is(net, &error, &ip6h->saddr, &ip6h->daddr))
		return;
	icmp = ipsec_tcp_fake_error_at(&error, error.icmp);
	__skb_pull(skb, error.packet);
	ip6_update_pmtu(skb, net, icmp->icmp6_mtu, 0, 0, INVALID_UID);
	__skb_push(skb, error.packet);
}
