// SPDX-License-Identifier: GPL-2.0

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <net/ip.h>

#include "flow.h"

/* Ports, for protocols that begin with them. */
static bool map_flow_has_port_pair(u8 proto)
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

static bool map_flow_icmp_has_id(u8 type)
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

static bool map_flow_icmp_is_error(u8 type)
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

/* A packet in an skb. Bytes behind the end that its header gives are padding.
 */
struct flow_cursor {
	const struct sk_buff *skb;
	unsigned int offset;
	unsigned int end;
};

static const void *map_flow_read(const struct flow_cursor *at, unsigned int len,
				 void *buf)
{
	if (at->offset + len > at->end)
		return NULL;
	return skb_header_pointer(at->skb, at->offset, len, buf);
}

static bool map_flow_parse_ports(const struct flow_cursor *at,
				 struct map_flow *flow)
{
	const __be16 *ports;
	__be16 buf[2];

	ports = map_flow_read(at, sizeof(buf), buf);
	if (!ports)
		return false;

	flow->sport = ntohs(ports[0]);
	flow->dport = ntohs(ports[1]);
	flow->has_ports = true;
	return true;
}

static const struct iphdr *map_flow_ip_header(const struct flow_cursor *at,
					      struct iphdr *buf)
{
	const struct iphdr *iph;

	iph = map_flow_read(at, sizeof(*buf), buf);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return NULL;
	return iph;
}

static bool map_flow_parse_icmp_id(const struct flow_cursor *at,
				   struct map_flow *flow)
{
	const struct icmphdr *icmph;
	struct icmphdr buf;

	icmph = map_flow_read(at, sizeof(buf), &buf);
	if (!icmph)
		return false;
	if (!map_flow_icmp_has_id(icmph->type))
		return true;

	/* The identifier is the port of both ends (RFC 7597, section 8.2). */
	flow->sport = ntohs(icmph->un.echo.id);
	flow->dport = flow->sport;
	flow->has_ports = true;
	return true;
}

/* An error goes to the sender of the embedded packet, so the ports are swapped.
 * A truncated packet or a later fragment leaves the ports unknown, which is no
 * error.
 */
static void map_flow_parse_embedded(struct flow_cursor at,
				    struct map_flow *flow)
{
	struct map_flow inner = {};
	const struct iphdr *iph;
	struct iphdr buf;

	iph = map_flow_ip_header(&at, &buf);
	if (!iph)
		return;

	flow->icmp_error = true;
	flow->inner_saddr = iph->saddr;
	flow->inner_daddr = iph->daddr;
	if (iph->frag_off & htons(IP_OFFSET))
		return;

	at.offset += iph->ihl * 4;
	if (map_flow_has_port_pair(iph->protocol))
		map_flow_parse_ports(&at, &inner);
	else if (iph->protocol == IPPROTO_ICMP)
		map_flow_parse_icmp_id(&at, &inner);

	flow->sport = inner.dport;
	flow->dport = inner.sport;
	flow->has_ports = inner.has_ports;
}

static bool map_flow_parse_icmp(struct flow_cursor at, struct map_flow *flow)
{
	const struct icmphdr *icmph;
	struct icmphdr buf;

	icmph = map_flow_read(&at, sizeof(buf), &buf);
	if (!icmph)
		return false;

	flow->redirect = icmph->type == ICMP_REDIRECT;
	if (map_flow_icmp_is_error(icmph->type)) {
		at.offset += sizeof(*icmph);
		map_flow_parse_embedded(at, flow);
		return true;
	}
	return map_flow_parse_icmp_id(&at, flow);
}

static bool map_flow_parse_transport(const struct flow_cursor *at,
				     struct map_flow *flow)
{
	if (flow->later)
		return true;
	if (map_flow_has_port_pair(flow->proto))
		return map_flow_parse_ports(at, flow);
	if (flow->proto == IPPROTO_ICMP)
		return map_flow_parse_icmp(*at, flow);
	return true;
}

static bool map_flow_parse_at(const struct sk_buff *skb, unsigned int offset,
			      struct map_flow *flow, bool partial)
{
	struct flow_cursor at = {
		.skb = skb, .offset = offset, .end = skb->len,
	};
	u32 room = skb->len - offset;
	const struct iphdr *iph;
	struct iphdr buf;

	iph = map_flow_ip_header(&at, &buf);
	if (!iph)
		return false;

	flow->saddr = iph->saddr;
	flow->daddr = iph->daddr;
	flow->sport = 0;
	flow->dport = 0;
	flow->has_ports = false;
	flow->icmp_error = false;
	flow->redirect = false;
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
	/* Segmentation would write the same fragment offset in each part. */
	if (flow->fragment && skb_is_gso(skb))
		return false;

	at.end = offset + min(flow->len, room);
	at.offset += iph->ihl * 4;
	return map_flow_parse_transport(&at, flow) || partial;
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
	return map_flow_parse_at(skb, offset, flow, false);
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
	return map_flow_parse_at(skb, offset, flow, true);
}

/**
 * map_flow_sum_ok - is the checksum that is still to be computed in the packet?
 * @skb: a packet of either family; skb->data is its header
 * @transport: offset of the transport header from skb->data, in bytes
 *
 * Where the sum starts (CHECKSUM_PARTIAL) is what a program or a virtual machine
 * said of the packet. In front of the transport header is what the device takes
 * off or replaces; behind the end is what it has cut off. skb_checksum_help()
 * warns of either.
 *
 * Return: false when the packet cannot be sent on.
 */
bool map_flow_sum_ok(struct sk_buff *skb, unsigned int transport)
{
	int start;

	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return true;
	start = skb_checksum_start_offset(skb);
	return start >= (int)transport &&
	       pskb_may_pull(skb, start + skb->csum_offset + sizeof(__sum16));
}

/**
 * map_flow_trim - cut off what follows the end that the header gives
 * @skb: an IPv4 packet; skb->data is its header
 * @flow: what map_flow_parse() made of it
 *
 * The stack did so with what it forwards; a tunnel's payload and what programs
 * send to the device itself come with padding, which would count where a
 * packet has to fit, and get into packets that are put together.
 *
 * Return: false when the packet cannot be sent on.
 */
bool map_flow_trim(struct sk_buff *skb, const struct map_flow *flow)
{
	if (!skb_is_gso(skb) && pskb_trim_rcsum(skb, flow->len))
		return false;
	return map_flow_sum_ok(skb, ip_hdrlen(skb));
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
