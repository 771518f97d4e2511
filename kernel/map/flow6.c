// SPDX-License-Identifier: GPL-2.0

#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ipv6.h>

#include "flow.h"
#include "flow6.h"
#include <uapi/linux/map.h>

/* A bound for the walk, above what real packets have. */
#define FLOW6_MAX_HEADERS 8

/* A packet in an skb; @end is short for an embedded packet. */
struct flow6_cursor {
	const struct sk_buff *skb;
	unsigned int start;
	unsigned int end;
};

static const void *map_flow6_read(const struct flow6_cursor *at,
				  unsigned int offset, unsigned int len,
				  void *buf)
{
	if (at->start + offset + len > at->end)
		return NULL;
	return skb_header_pointer(at->skb, at->start + offset, len, buf);
}

/* Headers without a meaning in IPv4 (RFC 7915, section 5.1). */
static bool map_flow6_is_skipped(u8 proto)
{
	return proto == NEXTHDR_HOP || proto == NEXTHDR_ROUTING ||
	       proto == NEXTHDR_DEST;
}

/* RFC 7915, section 5.1.1: the Authentication Header is an extension header,
 * ESP is not.
 */
static bool map_flow6_is_extension(u8 proto)
{
	switch (proto) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_DEST:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_AUTH:
	case NEXTHDR_MOBILITY:
	case 139:	/* Host Identity Protocol */
	case 140:	/* Shim6 */
		return true;
	default:
		return false;
	}
}

static int map_flow6_fragment(const struct flow6_cursor *at,
			      struct map_flow6 *flow)
{
	const struct frag_hdr *fh;
	struct frag_hdr buf;

	fh = map_flow6_read(at, flow->transport, sizeof(buf), &buf);
	if (!fh)
		return MAP_A_STATS_RX_MALFORMED;
	flow->has_frag = true;
	flow->id = ntohl(fh->identification);
	flow->offset = ntohs(fh->frag_off) & IP6_OFFSET;
	flow->more = fh->frag_off & htons(IP6_MF);
	flow->later = flow->offset;
	flow->fragment = flow->more || flow->later;
	flow->proto = fh->nexthdr;
	flow->transport += sizeof(*fh);
	return map_flow6_is_extension(flow->proto) ?
		       MAP_A_STATS_RX_EXTENSION_HEADER :
		       0;
}

static int map_flow6_skip(const struct flow6_cursor *at, struct map_flow6 *flow)
{
	const struct ipv6_rt_hdr *header;
	struct ipv6_rt_hdr buf;

	header = map_flow6_read(at, flow->transport, sizeof(buf), &buf);
	if (!header)
		return MAP_A_STATS_RX_MALFORMED;
	if (flow->proto == NEXTHDR_ROUTING && header->segments_left) {
		flow->pointer = flow->transport +
				offsetof(struct ipv6_rt_hdr, segments_left);
		return MAP_A_STATS_RX_ROUTING_HEADER;
	}
	flow->proto = header->nexthdr;
	flow->transport += (header->hdrlen + 1) * 8;
	return 0;
}

static int map_flow6_walk(const struct flow6_cursor *at, struct map_flow6 *flow)
{
	int n, why = 0;

	for (n = 0; n < FLOW6_MAX_HEADERS; n++) {
		if (flow->proto == NEXTHDR_FRAGMENT)
			return map_flow6_fragment(at, flow);
		if (!map_flow6_is_skipped(flow->proto))
			return 0;
		why = map_flow6_skip(at, flow);
		if (why)
			return why;
	}
	return MAP_A_STATS_RX_EXTENSION_HEADER;
}

static const struct ipv6hdr *map_flow6_header(const struct flow6_cursor *at,
					      struct map_flow6 *flow)
{
	const struct ipv6hdr *ipv6h;
	struct ipv6hdr buf;

	memset(flow, 0, sizeof(*flow));
	ipv6h = map_flow6_read(at, 0, sizeof(buf), &buf);
	if (!ipv6h || ipv6h->version != 6)
		return NULL;
	flow->saddr = ipv6h->saddr;
	flow->daddr = ipv6h->daddr;
	flow->len = ntohs(ipv6h->payload_len) + sizeof(*ipv6h);
	flow->proto = ipv6h->nexthdr;
	flow->tclass = ipv6_get_dsfield(ipv6h);
	flow->hop_limit = ipv6h->hop_limit;
	flow->transport = sizeof(*ipv6h);
	return ipv6h;
}

/* Least length of a transport header. */
static unsigned int map_flow6_transport_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct udphdr);
	case IPPROTO_DCCP:
		return MAP_DCCP_LEN;
	case IPPROTO_ICMPV6:
		return sizeof(struct icmp6hdr);
	case IPPROTO_SCTP:
		return 2 * sizeof(__be16);
	default:
		return 0;
	}
}

static void map_flow6_icmp(const struct icmp6hdr *icmph, struct map_flow6 *flow)
{
	flow->icmp_type = icmph->icmp6_type;
	flow->icmp_error = !(icmph->icmp6_type & ICMPV6_INFOMSG_MASK);
	if (icmph->icmp6_type != ICMPV6_ECHO_REQUEST &&
	    icmph->icmp6_type != ICMPV6_ECHO_REPLY)
		return;
	flow->sport = ntohs(icmph->icmp6_identifier);
	flow->dport = flow->sport;
	flow->has_ports = true;
}

/* Ports, and whether the header is complete. 8 bytes are enough in an embedded
 * packet; with fewer, the ports are unknown.
 */
static bool map_flow6_transport(const struct flow6_cursor *at,
				struct map_flow6 *flow, bool embedded)
{
	unsigned int len = map_flow6_transport_len(flow->proto);
	union {
		struct tcphdr tcp;
		struct icmp6hdr icmp;
		__be16 port[2];
	} buf;
	const void *header;

	if (flow->later || !len)
		return true;
	if (embedded)
		len = min_t(unsigned int, len, sizeof(struct icmp6hdr));
	header = map_flow6_read(at, flow->transport, len, &buf);
	if (!header)
		return false;
	if (flow->proto == IPPROTO_ICMPV6) {
		map_flow6_icmp(header, flow);
		return true;
	}
	flow->sport = ntohs(((const __be16 *)header)[0]);
	flow->dport = ntohs(((const __be16 *)header)[1]);
	flow->has_ports = true;
	return true;
}

/* A TCP header must not continue in a later fragment (RFC 3128). */
static bool map_flow6_is_short(const struct map_flow6 *flow)
{
	return flow->proto == IPPROTO_TCP && flow->later &&
	       flow->offset < sizeof(struct tcphdr);
}

/**
 * map_flow6_parse - read an IPv6 packet
 * @skb: holds the packet; skb->data is its header; may be non-linear
 * @flow: filled in
 *
 * Return: 0, or the counter MAP_A_STATS_RX_* of the reason to drop it.
 */
int map_flow6_parse(const struct sk_buff *skb, struct map_flow6 *flow)
{
	struct flow6_cursor at = { .skb = skb, .end = skb->len };
	int why;

	if (!map_flow6_header(&at, flow))
		return MAP_A_STATS_RX_MALFORMED;
	/* A GSO packet of more than 64 KiB has no length of its own. */
	if (flow->len == sizeof(struct ipv6hdr) && skb_is_gso(skb))
		flow->len = skb->len;
	if (flow->len > skb->len)
		return MAP_A_STATS_RX_MALFORMED;
	at.end = flow->len;
	why = map_flow6_walk(&at, flow);
	if (why)
		return why;
	/* Segmentation would write the same fragment header in each part. */
	if (flow->transport > flow->len || (flow->fragment && skb_is_gso(skb)))
		return MAP_A_STATS_RX_MALFORMED;
	if (map_flow6_is_short(flow))
		return MAP_A_STATS_RX_SHORT_FRAGMENT;
	if (map_flow6_transport(&at, flow, false))
		return 0;
	return flow->fragment ? MAP_A_STATS_RX_SHORT_FRAGMENT :
				MAP_A_STATS_RX_MALFORMED;
}

/**
 * map_flow6_parse_embedded - read the start of a packet inside an error
 * @skb: holds the error
 * @offset: of the packet in it, from skb->data
 * @end: where it ends, from skb->data
 * @flow: filled in; @flow->transport counts from @offset
 *
 * Return: 0, or the counter of the reason to drop the error.
 */
int map_flow6_parse_embedded(const struct sk_buff *skb, unsigned int offset,
			     unsigned int end, struct map_flow6 *flow)
{
	struct flow6_cursor at = { .skb = skb, .start = offset, .end = end };
	int why;

	if (!map_flow6_header(&at, flow))
		return MAP_A_STATS_RX_MALFORMED;
	why = map_flow6_walk(&at, flow);
	if (why)
		return why;
	if (offset + flow->transport > end || flow->transport > flow->len)
		return MAP_A_STATS_RX_MALFORMED;
	map_flow6_transport(&at, flow, true);
	return 0;
}
