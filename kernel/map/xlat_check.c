// SPDX-License-Identifier: GPL-2.0
/* What cannot be translated, whoever sends it (RFC 7915, section 4). */

#include <linux/icmp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <uapi/linux/map.h>

#include "flow.h"
#include "stats.h"
#include "xlat_addr.h"
#include "xlat_check.h"

/* RFC 7915, section 4.1: "an unexpired source route option". */
static bool map_xlat_check46_source_routed(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	int left = iph->ihl * 4 - sizeof(*iph);
	u8 buf[MAX_IPOPTLEN];
	const u8 *opt;
	int len;

	opt = skb_header_pointer(skb, sizeof(*iph), left, buf);
	while (opt && left > 0 && *opt != IPOPT_END) {
		len = *opt == IPOPT_NOOP ? 1 : left > 1 ? opt[1] : 0;
		if (len < 1 || len > left || (len == 1 && *opt != IPOPT_NOOP))
			return false;
		if ((*opt == IPOPT_LSRR || *opt == IPOPT_SSRR) && len > 2 &&
		    opt[2] <= len)
			return true;
		left -= len;
		opt += len;
	}
	return false;
}

/* A transport header that is cut off hides fields from filters (RFC 1858, RFC
 * 3128), and cannot be translated.
 */
static bool map_xlat_check46_short(const struct sk_buff *skb,
				   const struct map_flow *flow)
{
	u32 offset = (ntohs(ip_hdr(skb)->frag_off) & IP_OFFSET) << 3;
	u32 len = skb->len - ip_hdrlen(skb);

	switch (flow->proto) {
	case IPPROTO_TCP:
		return offset ? offset < sizeof(struct tcphdr) :
				len < sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return !offset && len < sizeof(struct udphdr);
	case IPPROTO_DCCP:
		return !offset && len < MAP_DCCP_LEN;
	default:
		return false;
	}
}

/* An error in an error is not translated (RFC 7915, section 4.3). The
 * translation checks the rest of the message.
 */
static bool map_xlat_check46_error_is_simple(const struct sk_buff *skb)
{
	struct map_flow inner;

	return !map_flow_parse_partial(skb, ip_hdrlen(skb) +
					    sizeof(struct icmphdr), &inner) ||
	       !inner.icmp_error;
}

/* Messages that are for one hop, or that IPv6 lacks (RFC 7915, section 4.2). */
static bool map_xlat_check46_icmp(const struct sk_buff *skb,
				  const struct map_flow *flow)
{
	const struct icmphdr *icmph;
	struct icmphdr buf;

	if (flow->proto == IPPROTO_IGMP)
		return false;
	if (flow->proto != IPPROTO_ICMP || flow->fragment)
		return true;
	if (flow->icmp_error)
		return map_xlat_check46_error_is_simple(skb);
	icmph = skb_header_pointer(skb, ip_hdrlen(skb), sizeof(buf), &buf);
	return icmph &&
	       (icmph->type == ICMP_ECHO || icmph->type == ICMP_ECHOREPLY);
}

/**
 * map_xlat_check46 - may an IPv4 packet be translated?
 * @skb: the packet; skb->data is its header
 * @flow: what map_flow_parse() made of it
 *
 * What has nothing to do with rules and addresses of the domain.
 *
 * Return: 0, or the counter MAP_A_STATS_TX_* of the reason to drop it.
 */
int map_xlat_check46(const struct sk_buff *skb, const struct map_flow *flow)
{
	if (map_xlat_illegal(flow->daddr) ||
	    (map_xlat_illegal(flow->saddr) && !flow->icmp_error))
		return MAP_A_STATS_TX_ILLEGAL_ADDRESS;
	if (unlikely(ip_hdrlen(skb) > sizeof(struct iphdr)) &&
	    map_xlat_check46_source_routed(skb))
		return MAP_A_STATS_TX_SOURCE_ROUTE;
	if (!map_xlat_check46_icmp(skb, flow))
		return MAP_A_STATS_TX_UNTRANSLATABLE;
	if (map_xlat_check46_short(skb, flow))
		return flow->fragment ? MAP_A_STATS_TX_SHORT_FRAGMENT :
					MAP_A_STATS_TX_MALFORMED;
	return 0;
}
