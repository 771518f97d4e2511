// SPDX-License-Identifier: GPL-2.0
/* ICMP errors to ICMPv6 (RFC 7915, section 4.3). */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "flow.h"
#include "map.h"
#include "rule.h"
#include "stats.h"
#include "xlat.h"
#include "xlat_addr.h"
#include "xlat_error.h"
#include "xlat_icmp.h"
#include "xlat_sum.h"

static int map_xlat_error_addresses46(const struct map_state *state,
				      const struct map_flow *flow,
				      struct map_xlat_pair *pair)
{
	const struct map_rule *rule;
	int why;

	/* The embedded packet went the other way: its source is on the far
	 * side, and its ports belong to the node that hears of the error.
	 */
	pair->saddr4 = flow->saddr;
	pair->daddr4 = flow->daddr;
	why = map_xlat_far6(state, flow->saddr, flow->sport, flow->has_ports,
			    &pair->saddr6, &rule);
	return why ?: map_xlat_near6(state, flow->daddr, flow->dport,
				     &pair->daddr6);
}

/* An error in an error is not translated (RFC 7915, section 4.3). */
static int map_xlat_error_transport46(u8 *header, unsigned int len, u32 whole,
				      const struct map_flow *flow,
				      const struct map_xlat_pair *pair)
{
	struct icmphdr *icmph = (struct icmphdr *)header;
	struct map_xlat_icmp to;
	__be16 from;

	if (flow->later)
		return 0;
	if (flow->proto != IPPROTO_ICMP) {
		map_xlat_sum_embedded(header, len, flow->proto,
				      map_xlat_sum46(pair));
		return 0;
	}
	if (len < offsetofend(struct icmphdr, checksum))
		return 0;
	if ((icmph->type != ICMP_ECHO && icmph->type != ICMP_ECHOREPLY) ||
	    !map_xlat_icmp46(icmph->type, icmph->code, 0, &to))
		return MAP_A_STATS_TX_UNTRANSLATABLE;
	from = *(__be16 *)header;
	icmph->type = to.type;
	csum_replace_by_diff(&icmph->checksum,
			     map_xlat_sum_echo46(pair, whole, from,
						 *(__be16 *)header));
	return 0;
}

static void map_xlat_error_header46(u8 *at, const struct iphdr *iph, u32 whole,
				    const struct map_xlat_pair *pair)
{
	u8 proto = iph->protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 :
						   iph->protocol;
	struct ipv6hdr *ipv6h = (struct ipv6hdr *)at;
	struct frag_hdr *fh = (struct frag_hdr *)(ipv6h + 1);
	bool fragment = ip_is_fragment(iph);

	ip6_flow_hdr(ipv6h, iph->tos, 0);
	ipv6h->payload_len = htons(whole + (fragment ? sizeof(*fh) : 0));
	ipv6h->nexthdr = fragment ? NEXTHDR_FRAGMENT : proto;
	ipv6h->hop_limit = iph->ttl;
	ipv6h->saddr = pair->saddr6;
	ipv6h->daddr = pair->daddr6;
	if (fragment)
		map_xlat_frag46(fh, iph, proto);
}

static int map_xlat_error_embedded46(struct sk_buff *skb,
				     const struct map_state *state,
				     struct map_xlat_error *parts,
				     struct iphdr *iph)
{
	struct map_xlat_pair pair;
	unsigned int hlen, room;
	struct map_flow flow;
	u8 *at;
	int why;

	if (!map_flow_parse_partial(skb, ERROR_HEADER, &flow))
		return MAP_A_STATS_TX_MALFORMED;
	memcpy(iph, skb->data + ERROR_HEADER, sizeof(*iph));
	hlen = iph->ihl * 4;
	if (hlen > parts->original || hlen > flow.len)
		return MAP_A_STATS_TX_MALFORMED;
	if (flow.icmp_error)
		return MAP_A_STATS_TX_UNTRANSLATABLE;

	why = map_xlat_error_addresses46(state, &flow, &pair);
	at = skb->data + ERROR_HEADER + hlen;
	why = why   ?:
		      map_xlat_error_transport46(at, parts->original - hlen,
						 flow.len - hlen, &flow, &pair);
	if (why)
		return why;
	room = sizeof(struct ipv6hdr) +
	       (flow.fragment ? sizeof(struct frag_hdr) : 0);
	at = map_xlat_error_resize(skb, parts, hlen, room);
	map_xlat_error_header46(at, iph, flow.len - hlen, &pair);
	return 0;
}

static int map_xlat_error_parse46(struct sk_buff *skb,
				  struct map_xlat_error *parts)
{
	const struct icmphdr *icmph = (const struct icmphdr *)skb->data;
	const u8 *byte = skb->data;

	/* The checksum of the message is verified, since translation computes a
	 * new one.
	 */
	if (csum_fold(skb_checksum(skb, 0, skb->len, 0)))
		return MAP_A_STATS_TX_MALFORMED;
	if (!map_xlat_icmp46(icmph->type, icmph->code, byte[ERROR_LENGTH6],
			     &parts->to))
		return MAP_A_STATS_TX_UNTRANSLATABLE;
	map_xlat_error_split(skb, map_xlat_error_has_length4(icmph->type) ?
			 byte[ERROR_LENGTH4] : 0, ERROR_WORD4, parts);
	parts->mtu = ntohs(icmph->un.frag.mtu);
	return 0;
}

/* RFC 4443, section 2.4 (c): at most the minimum MTU. */
static u8 map_xlat_error_fit46(struct sk_buff *skb,
			       struct map_xlat_error *parts)
{
	const unsigned int most = IPV6_MIN_MTU - sizeof(struct ipv6hdr);

	if (!map_xlat_error_has_length6(parts->to.type))
		map_xlat_error_drop_extension(skb, parts);
	return map_xlat_error_fit(skb, parts, ERROR_WORD6, most);
}

static void map_xlat_error_finish46(struct sk_buff *skb,
				    const struct map_xlat_error *parts,
				    u8 words, const struct map_xlat_pair *pair)
{
	struct icmp6hdr *icmph = (struct icmp6hdr *)skb->data;

	memset(icmph, 0, sizeof(*icmph));
	icmph->icmp6_type = parts->to.type;
	icmph->icmp6_code = parts->to.code;
	if (parts->to.word == MAP_XLAT_ICMP_MTU)
		icmph->icmp6_mtu = htonl(parts->mtu);
	else if (parts->to.word == MAP_XLAT_ICMP_POINTER)
		icmph->icmp6_pointer = htonl(parts->to.pointer);
	else
		skb->data[ERROR_LENGTH6] = words;
	icmph->icmp6_cksum = csum_ipv6_magic(&pair->saddr6, &pair->daddr6,
					     skb->len, IPPROTO_ICMPV6,
					     skb_checksum(skb, 0, skb->len,
							  0));
	skb->ip_summed = CHECKSUM_NONE;
}

/**
 * map_xlat_error46 - make an ICMP error an ICMPv6 one
 * @skb: skb->data is the ICMP header; that of the ICMPv6 error after success
 * @state: the device's state
 * @pair: the addresses of the error itself
 * @mtu4: MTU on the IPv4 side
 * @mtu6: MTU on the IPv6 side
 *
 * Context: RCU.
 * Return: 0, or the counter of the reason to drop it.
 */
int map_xlat_error46(struct sk_buff *skb, const struct map_state *state,
		     const struct map_xlat_pair *pair, u32 mtu4, u32 mtu6)
{
	struct map_xlat_error parts;
	struct iphdr iph;
	int why;

	if (!map_xlat_error_open(skb))
		return MAP_A_STATS_TX_NO_MEMORY;
	why = map_xlat_error_parse46(skb, &parts);
	why = why ?: map_xlat_error_embedded46(skb, state, &parts, &iph);
	if (why)
		return why;
	if (parts.to.word == MAP_XLAT_ICMP_MTU)
		parts.mtu = map_xlat_mtu46(parts.mtu, ntohs(iph.tot_len), mtu4,
					   mtu6);
	map_xlat_error_finish46(skb, &parts, map_xlat_error_fit46(skb, &parts),
				pair);
	return 0;
}
