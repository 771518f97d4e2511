// SPDX-License-Identifier: GPL-2.0
/* ICMPv6 errors to ICMP (RFC 7915, section 5.3). */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "flow6.h"
#include "map.h"
#include "route.h"
#include "stats.h"
#include "xlat.h"
#include "xlat_addr.h"
#include "xlat_error.h"
#include "xlat_icmp.h"
#include "xlat_sum.h"

static int map_xlat_error_addresses64(const struct map_state *state,
				      const struct map_flow6 *flow,
				      struct map_xlat_pair *pair)
{
	struct map_xlat_far far;
	int why;

	why = map_xlat_near4(state, &flow->saddr, &pair->saddr4);
	why = why ?: map_xlat_far4(state, &flow->daddr, &far);
	why = why ?: map_xlat_far_check(&far, &flow->daddr, flow->dport,
					flow->has_ports);
	if (why)
		return why;
	pair->saddr6 = flow->saddr;
	pair->daddr6 = flow->daddr;
	pair->daddr4 = far.ipv4;
	return 0;
}

static int map_xlat_error_transport64(u8 *header, unsigned int len, u32 whole,
				      const struct map_flow6 *flow,
				      const struct map_xlat_pair *pair)
{
	struct icmp6hdr *icmph = (struct icmp6hdr *)header;
	struct map_xlat_icmp to;
	__be16 from;

	if (flow->later)
		return 0;
	if (flow->proto != IPPROTO_ICMPV6) {
		map_xlat_sum_embedded(header, len, flow->proto,
				      map_xlat_sum64(pair));
		return 0;
	}
	if (len < offsetofend(struct icmp6hdr, icmp6_cksum))
		return 0;
	if ((icmph->icmp6_type != ICMPV6_ECHO_REQUEST &&
	     icmph->icmp6_type != ICMPV6_ECHO_REPLY) ||
	    !map_xlat_icmp64(icmph->icmp6_type, icmph->icmp6_code, 0, &to))
		return MAP_A_STATS_RX_UNTRANSLATABLE;
	from = *(__be16 *)header;
	icmph->icmp6_type = to.type;
	csum_replace_by_diff(&icmph->icmp6_cksum,
			     map_xlat_sum_echo64(pair, whole, from,
						 *(__be16 *)header));
	return 0;
}

static void map_xlat_error_header64(u8 *at, const struct map_flow6 *flow,
				    u32 whole, const struct map_xlat_pair *pair)
{
	struct iphdr *iph = (struct iphdr *)at;

	memset(iph, 0, sizeof(*iph));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = flow->tclass;
	iph->tot_len = htons(whole + sizeof(*iph));
	if (flow->has_frag) {
		iph->id = htons((u16)flow->id);
		iph->frag_off = htons(flow->offset >> 3 |
				      (flow->more ? IP_MF : 0));
	} else if (whole + sizeof(*iph) > IPV6_MIN_MTU - MAP_XLAT_GROWTH) {
		iph->frag_off = htons(IP_DF);
	}
	iph->ttl = flow->hop_limit;
	iph->protocol = flow->proto == IPPROTO_ICMPV6 ? IPPROTO_ICMP :
							flow->proto;
	iph->saddr = pair->saddr4;
	iph->daddr = pair->daddr4;
	ip_send_check(iph);
}

static int map_xlat_error_embedded64(struct sk_buff *skb,
				     const struct map_state *state,
				     struct map_xlat_error *parts,
				     bool *fragment)
{
	struct map_xlat_pair pair;
	struct map_flow6 flow;
	u32 whole;
	u8 *at;
	int why;

	why = map_flow6_parse_embedded(skb, ERROR_HEADER,
				       ERROR_HEADER + parts->original, &flow);
	if (why)
		return why;
	why = map_xlat_error_addresses64(state, &flow, &pair);
	whole = flow.len - flow.transport;
	at = skb->data + ERROR_HEADER + flow.transport;
	why = why   ?:
		      map_xlat_error_transport64(at,
						 parts->original - flow.transport,
						 whole, &flow, &pair);
	if (why)
		return why;
	at = map_xlat_error_resize(skb, parts, flow.transport, sizeof(struct iphdr));
	map_xlat_error_header64(at, &flow, whole, &pair);
	*fragment = flow.has_frag;
	return 0;
}

static int map_xlat_error_parse64(struct sk_buff *skb,
				  const struct map_xlat_pair *pair,
				  struct map_xlat_error *parts)
{
	const struct icmp6hdr *icmph = (const struct icmp6hdr *)skb->data;

	if (csum_ipv6_magic(&pair->saddr6, &pair->daddr6, skb->len,
			    IPPROTO_ICMPV6,
			    skb_checksum(skb, 0, skb->len, 0)))
		return MAP_A_STATS_RX_MALFORMED;
	if (!map_xlat_icmp64(icmph->icmp6_type, icmph->icmp6_code,
			     ntohl(icmph->icmp6_pointer), &parts->to))
		return MAP_A_STATS_RX_UNTRANSLATABLE;
	map_xlat_error_split(skb, map_xlat_error_has_length6(icmph->icmp6_type) ?
			 skb->data[ERROR_LENGTH6] : 0, ERROR_WORD6, parts);
	parts->mtu = ntohl(icmph->icmp6_mtu);
	return 0;
}

/* RFC 1812, section 4.3.2.3: at most 576 bytes. */
#define ERROR_MOST4 (576 - sizeof(struct iphdr))

static void map_xlat_error_finish64(struct sk_buff *skb,
				    const struct map_xlat_error *parts,
				    u8 words)
{
	struct icmphdr *icmph = (struct icmphdr *)skb->data;

	memset(icmph, 0, sizeof(*icmph));
	icmph->type = parts->to.type;
	icmph->code = parts->to.code;
	if (parts->to.word == MAP_XLAT_ICMP_MTU)
		icmph->un.frag.mtu = htons(min_t(u32, parts->mtu, U16_MAX));
	if (parts->to.word == MAP_XLAT_ICMP_POINTER)
		skb->data[ERROR_LENGTH6] = parts->to.pointer;
	if (words)
		skb->data[ERROR_LENGTH4] = words;
	icmph->checksum = csum_fold(skb_checksum(skb, 0, skb->len, 0));
	skb->ip_summed = CHECKSUM_NONE;
}

/**
 * map_xlat_error64 - make an ICMPv6 error an ICMP one
 * @skb: skb->data is the ICMPv6 header; that of the ICMP error after success
 * @state: the device's state
 * @pair: the addresses of the error itself
 * @mtu4: MTU on the IPv4 side
 * @mtu6: MTU on the IPv6 side
 *
 * Context: RCU.
 * Return: 0, or the counter of the reason to drop it.
 */
int map_xlat_error64(struct sk_buff *skb, const struct map_state *state,
		     const struct map_xlat_pair *pair, u32 mtu4, u32 mtu6)
{
	struct map_xlat_error parts;
	bool fragment = false;
	int why;

	if (!map_xlat_error_open(skb))
		return MAP_A_STATS_RX_NO_MEMORY;
	why = map_xlat_error_parse64(skb, pair, &parts);
	why = why ?: map_xlat_error_embedded64(skb, state, &parts, &fragment);
	if (why)
		return why;
	if (parts.to.word == MAP_XLAT_ICMP_MTU)
		parts.mtu = map_xlat_mtu64(parts.mtu, fragment, mtu4, mtu6);
	map_xlat_error_finish64(skb, &parts,
				map_xlat_error_fit(skb, &parts, ERROR_WORD4,
						   ERROR_MOST4));
	return 0;
}
