// SPDX-License-Identifier: GPL-2.0

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <net/ip.h>

#include "flow.h"

/* Where ports are, for every protocol that has them at its very start. */
static bool flow_has_port_pair(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	default:
		return false;
	}
}

static bool flow_icmp_has_id(u8 type)
{
	switch (type) {
	case ICMP_ECHOREPLY:
	case ICMP_ECHO:
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMPREPLY:
	case ICMP_INFO_REQUEST:
	case ICMP_INFO_REPLY:
	case ICMP_ADDRESS:
	case ICMP_ADDRESSREPLY:
		return true;
	default:
		return false;
	}
}

static bool flow_icmp_is_error(u8 type)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return true;
	default:
		return false;
	}
}

static bool flow_parse_ports(const struct sk_buff *skb, unsigned int offset,
			     struct map_flow *flow)
{
	__be16 buf[2];
	const __be16 *ports;

	ports = skb_header_pointer(skb, offset, sizeof(buf), buf);
	if (!ports)
		return false;

	flow->sport = ntohs(ports[0]);
	flow->dport = ntohs(ports[1]);
	flow->has_ports = true;
	return true;
}

static const struct iphdr *flow_ip_header(const struct sk_buff *skb,
					  unsigned int offset,
					  struct iphdr *buf)
{
	const struct iphdr *iph;

	iph = skb_header_pointer(skb, offset, sizeof(*buf), buf);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return NULL;
	return iph;
}

static bool flow_parse_icmp_id(const struct sk_buff *skb, unsigned int offset,
			       struct map_flow *flow)
{
	struct icmphdr buf;
	const struct icmphdr *icmph;

	icmph = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!icmph)
		return false;
	if (!flow_icmp_has_id(icmph->type))
		return true;

	/* The identifier is a port of either end (RFC 7597, section 8.2). */
	flow->sport = ntohs(icmph->un.echo.id);
	flow->dport = flow->sport;
	flow->has_ports = true;
	return true;
}

/* An error goes back to who sent the packet in it, so the ports change
 * places. A packet in it that is cut short, or a later fragment, leaves the
 * ports unknown; that is no fault.
 */
static void flow_parse_embedded(const struct sk_buff *skb, unsigned int offset,
				struct map_flow *flow)
{
	struct map_flow inner = {};
	const struct iphdr *iph;
	struct iphdr buf;

	iph = flow_ip_header(skb, offset, &buf);
	if (!iph)
		return;

	flow->icmp_error = true;
	flow->inner_saddr = iph->saddr;
	flow->inner_daddr = iph->daddr;
	if (iph->frag_off & htons(IP_OFFSET))
		return;

	offset += iph->ihl * 4;
	if (flow_has_port_pair(iph->protocol))
		flow_parse_ports(skb, offset, &inner);
	else if (iph->protocol == IPPROTO_ICMP)
		flow_parse_icmp_id(skb, offset, &inner);

	flow->sport = inner.dport;
	flow->dport = inner.sport;
	flow->has_ports = inner.has_ports;
}

static bool flow_parse_icmp(const struct sk_buff *skb, unsigned int offset,
			    struct map_flow *flow)
{
	struct icmphdr buf;
	const struct icmphdr *icmph;

	icmph = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!icmph)
		return false;

	flow->redirect = icmph->type == ICMP_REDIRECT;
	if (flow_icmp_is_error(icmph->type)) {
		flow_parse_embedded(skb, offset + sizeof(*icmph), flow);
		return true;
	}
	return flow_parse_icmp_id(skb, offset, flow);
}

static bool flow_parse_transport(const struct sk_buff *skb,
				 unsigned int offset, struct map_flow *flow)
{
	if (flow->later)
		return true;
	if (flow_has_port_pair(flow->proto))
		return flow_parse_ports(skb, offset, flow);
	if (flow->proto == IPPROTO_ICMP)
		return flow_parse_icmp(skb, offset, flow);
	return true;
}

static bool flow_parse(const struct sk_buff *skb, unsigned int offset,
		       struct map_flow *flow, bool partial)
{
	u32 room = skb->len - offset;
	const struct iphdr *iph;
	struct iphdr buf;

	memset(flow, 0, sizeof(*flow));
	iph = flow_ip_header(skb, offset, &buf);
	if (!iph)
		return false;

	flow->saddr = iph->saddr;
	flow->daddr = iph->daddr;
	flow->proto = iph->protocol;
	flow->tos = iph->tos;
	flow->df = iph->frag_off & htons(IP_DF);
	flow->later = iph->frag_off & htons(IP_OFFSET);
	flow->fragment = ip_is_fragment(iph);
	flow->len = ntohs(iph->tot_len);
	/* A GSO packet of more than 64 KiB has no length of its own. */
	if (!flow->len && skb_is_gso(skb))
		flow->len = room;
	if (flow->len < iph->ihl * 4u || (!partial && flow->len > room))
		return false;

	return flow_parse_transport(skb, offset + iph->ihl * 4, flow) ||
	       partial;
}

/**
 * map_flow_parse - read an IPv4 packet
 * @skb: holds the packet; may be non-linear, shared and cloned
 * @offset: of the IPv4 header from skb->data
 * @flow: filled in
 *
 * Return: false when the header is truncated or inconsistent. A first fragment
 * too short to hold ports is refused as well (RFC 1858, section 3).
 */
bool map_flow_parse(const struct sk_buff *skb, unsigned int offset,
		    struct map_flow *flow)
{
	return flow_parse(skb, offset, flow, false);
}

/**
 * map_flow_parse_partial - read the start of an IPv4 packet
 * @skb: holds the packet
 * @offset: of the IPv4 header from skb->data
 * @flow: filled in; ports are unknown where they are cut off
 *
 * For packets inside an ICMPv6 error, which ends somewhere.
 *
 * Return: false when there is no whole IPv4 header.
 */
bool map_flow_parse_partial(const struct sk_buff *skb, unsigned int offset,
			    struct map_flow *flow)
{
	return flow_parse(skb, offset, flow, true);
}

/**
 * map_flow_hash - a hash for the flow label (RFC 6438)
 * @flow: the flow
 *
 * Every fragment of a packet, the first included, has the same hash.
 *
 * Return: not 0.
 */
u32 map_flow_hash(const struct map_flow *flow)
{
	u32 ports = flow->sport << 16 | flow->dport;
	static u32 seed __read_mostly;

	net_get_random_once(&seed, sizeof(seed));
	if (flow->fragment)
		ports = 0;
	return jhash_3words((__force u32)flow->saddr, (__force u32)flow->daddr,
			    ports ^ flow->proto, seed) ?: 1;
}
