// SPDX-License-Identifier: GPL-2.0
/* ICMP errors, with the packet in them (RFC 7915, sections 4.3 and 5.3). They
 * are rare and short: so they may be copied, and are made anew.
 */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "dev.h"
#include "flow.h"
#include "flow6.h"
#include "xlat.h"
#include "xlat_addr.h"
#include "xlat_icmp.h"
#include "xlat_sum.h"

#define ERROR_HEADER	sizeof(struct icmphdr)	/* the same for ICMPv6 */
/* RFC 4884, section 3: the packet in an error with an extension is padded to
 * that length at least, and counted in words of 32 or 64 bits.
 */
#define ERROR_PADDED	128
#define ERROR_WORD4	4
#define ERROR_WORD6	8
/* The second byte of the second word, and the first. */
#define ERROR_LENGTH4	5
#define ERROR_LENGTH6	4

/**
 * struct error_parts - what follows the header of an ICMP error
 * @to: what the message becomes
 * @original: length of the packet in it, or what is there of it
 * @extension: length of the extension behind that
 * @mtu: with MAP_XLAT_ICMP_MTU
 */
struct error_parts {
	struct map_xlat_icmp to;
	unsigned int original;
	unsigned int extension;
	u32 mtu;
};

/* Room on both sides for what translation adds, all in one private piece. */
static bool error_open(struct sk_buff *skb)
{
	return !skb_linearize(skb) &&
	       !pskb_expand_head(skb, SKB_DATA_ALIGN(LL_MAX_HEADER +
						     sizeof(struct ipv6hdr)),
				 ERROR_PADDED, GFP_ATOMIC);
}

/* RFC 4884, section 5.4: a length that can not be stands for none. */
static void error_split(const struct sk_buff *skb, u8 words, unsigned int word,
			struct error_parts *parts)
{
	unsigned int field = words * word;

	parts->original = skb->len - ERROR_HEADER;
	parts->extension = 0;
	if (field < ERROR_PADDED ||
	    field + sizeof(struct icmp_ext_hdr) > parts->original)
		return;
	parts->extension = parts->original - field;
	parts->original = field;
}

static void error_drop_extension(struct sk_buff *skb,
				 struct error_parts *parts)
{
	skb_trim(skb, ERROR_HEADER + parts->original);
	parts->extension = 0;
}

/* Make the first @old bytes of the packet in the error @new bytes. */
static u8 *error_resize(struct sk_buff *skb, struct error_parts *parts,
			unsigned int old, unsigned int new)
{
	u8 header[ERROR_HEADER];

	memcpy(header, skb->data, sizeof(header));
	skb_pull(skb, sizeof(header) + old);
	skb_push(skb, sizeof(header) + new);
	memcpy(skb->data, header, sizeof(header));
	parts->original += new - old;
	return skb->data + sizeof(header);
}

/* Pad the packet in the error, so that its length is a number of words. */
static u8 error_pad(struct sk_buff *skb, struct error_parts *parts,
		    unsigned int word)
{
	unsigned int want, pad;
	u8 *end;

	if (!parts->extension)
		return 0;
	want = round_up(max_t(unsigned int, parts->original, ERROR_PADDED),
			word);
	if (want / word > U8_MAX) {
		error_drop_extension(skb, parts);
		return 0;
	}
	pad = want - parts->original;
	skb_put(skb, pad);
	end = skb->data + ERROR_HEADER + parts->original;
	memmove(end + pad, end, parts->extension);
	memset(end, 0, pad);
	parts->original = want;
	return want / word;
}

/* ---- IPv4 to IPv6 ---- */

static int error_addresses46(const struct map_state *state,
			     const struct map_flow *flow,
			     struct map_xlat_pair *pair)
{
	const struct map_rule *rule;
	int why;

	/* It went the other way: its source is on the far side. The ports of
	 * a packet in an error are those of who hears of it first.
	 */
	pair->saddr4 = flow->saddr;
	pair->daddr4 = flow->daddr;
	why = map_xlat_far6(state, flow->saddr, flow->sport, flow->has_ports,
			    &pair->saddr6, &rule);
	return why ?: map_xlat_near6(state, flow->daddr, flow->dport,
				     &pair->daddr6);
}

/* An error in an error is not translated (RFC 7915, section 4.3). */
static int error_transport46(u8 *header, unsigned int len, u32 whole,
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

static void error_header46(u8 *at, const struct iphdr *iph, u32 whole,
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
	if (!fragment)
		return;
	fh->nexthdr = proto;
	fh->reserved = 0;
	fh->frag_off = htons((ntohs(iph->frag_off) & IP_OFFSET) << 3 |
			     (iph->frag_off & htons(IP_MF) ? IP6_MF : 0));
	fh->identification = htonl(ntohs(iph->id));
}

static int error_embedded46(struct sk_buff *skb, const struct map_state *state,
			    struct error_parts *parts, struct iphdr *iph)
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

	why = error_addresses46(state, &flow, &pair);
	at = skb->data + ERROR_HEADER + hlen;
	why = why ?: error_transport46(at, parts->original - hlen,
				       flow.len - hlen, &flow, &pair);
	if (why)
		return why;
	room = sizeof(struct ipv6hdr) +
	       (flow.fragment ? sizeof(struct frag_hdr) : 0);
	at = error_resize(skb, parts, hlen, room);
	error_header46(at, iph, flow.len - hlen, &pair);
	return 0;
}

/* Which errors have a length of the packet in them (RFC 4884, section 4). */
static bool error_has_length4(u8 type)
{
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETERPROB;
}

static bool error_has_length6(u8 type)
{
	return type == ICMPV6_DEST_UNREACH || type == ICMPV6_TIME_EXCEED;
}

static int error_parse46(struct sk_buff *skb, struct error_parts *parts)
{
	const struct icmphdr *icmph = (const struct icmphdr *)skb->data;
	const u8 *byte = skb->data;

	/* It gets a new checksum: so nobody behind us can check the old one. */
	if (csum_fold(skb_checksum(skb, 0, skb->len, 0)))
		return MAP_A_STATS_TX_MALFORMED;
	if (!map_xlat_icmp46(icmph->type, icmph->code, byte[ERROR_LENGTH6],
			     &parts->to))
		return MAP_A_STATS_TX_UNTRANSLATABLE;
	error_split(skb, error_has_length4(icmph->type) ?
			 byte[ERROR_LENGTH4] : 0, ERROR_WORD4, parts);
	parts->mtu = ntohs(icmph->un.frag.mtu);
	return 0;
}

/* RFC 4443, section 2.4 (c): no longer than the least MTU. What does not fit
 * of an extension is of no use.
 */
static void error_bound46(struct sk_buff *skb, struct error_parts *parts)
{
	const unsigned int most = IPV6_MIN_MTU - sizeof(struct ipv6hdr);

	if (!error_has_length6(parts->to.type) ||
	    round_up(skb->len, ERROR_WORD6) > most)
		error_drop_extension(skb, parts);
	if (skb->len > most)
		skb_trim(skb, most);
}

static void error_finish46(struct sk_buff *skb, const struct error_parts *parts,
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
	struct error_parts parts;
	struct iphdr iph;
	int why;

	if (!error_open(skb))
		return MAP_A_STATS_TX_NO_MEMORY;
	why = error_parse46(skb, &parts);
	why = why ?: error_embedded46(skb, state, &parts, &iph);
	if (why)
		return why;
	if (parts.to.word == MAP_XLAT_ICMP_MTU)
		parts.mtu = map_xlat_mtu46(parts.mtu, ntohs(iph.tot_len), mtu4,
					   mtu6);
	error_bound46(skb, &parts);
	error_finish46(skb, &parts, error_pad(skb, &parts, ERROR_WORD6), pair);
	return 0;
}

/* ---- IPv6 to IPv4 ---- */

static int error_addresses64(const struct map_state *state,
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

static int error_transport64(u8 *header, unsigned int len, u32 whole,
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

static void error_header64(u8 *at, const struct map_flow6 *flow, u32 whole,
			   const struct map_xlat_pair *pair)
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

static int error_embedded64(struct sk_buff *skb, const struct map_state *state,
			    struct error_parts *parts, bool *fragment)
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
	why = error_addresses64(state, &flow, &pair);
	whole = flow.len - flow.transport;
	at = skb->data + ERROR_HEADER + flow.transport;
	why = why ?: error_transport64(at, parts->original - flow.transport,
				       whole, &flow, &pair);
	if (why)
		return why;
	at = error_resize(skb, parts, flow.transport, sizeof(struct iphdr));
	error_header64(at, &flow, whole, &pair);
	*fragment = flow.has_frag;
	return 0;
}

static int error_parse64(struct sk_buff *skb, const struct map_xlat_pair *pair,
			 struct error_parts *parts)
{
	const struct icmp6hdr *icmph = (const struct icmp6hdr *)skb->data;

	if (csum_ipv6_magic(&pair->saddr6, &pair->daddr6, skb->len,
			    IPPROTO_ICMPV6,
			    skb_checksum(skb, 0, skb->len, 0)))
		return MAP_A_STATS_RX_MALFORMED;
	if (!map_xlat_icmp64(icmph->icmp6_type, icmph->icmp6_code,
			     ntohl(icmph->icmp6_pointer), &parts->to))
		return MAP_A_STATS_RX_UNTRANSLATABLE;
	error_split(skb, error_has_length6(icmph->icmp6_type) ?
			 skb->data[ERROR_LENGTH6] : 0, ERROR_WORD6, parts);
	parts->mtu = ntohl(icmph->icmp6_mtu);
	return 0;
}

static void error_finish64(struct sk_buff *skb, const struct error_parts *parts,
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
	struct error_parts parts;
	bool fragment = false;
	int why;

	if (!error_open(skb))
		return MAP_A_STATS_RX_NO_MEMORY;
	why = error_parse64(skb, pair, &parts);
	why = why ?: error_embedded64(skb, state, &parts, &fragment);
	if (why)
		return why;
	if (parts.to.word == MAP_XLAT_ICMP_MTU)
		parts.mtu = map_xlat_mtu64(parts.mtu, fragment, mtu4, mtu6);
	error_finish64(skb, &parts, error_pad(skb, &parts, ERROR_WORD4));
	return 0;
}
