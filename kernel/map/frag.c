// SPDX-License-Identifier: GPL-2.0

#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "frag.h"
#include "map.h"
#include "reasm.h"
#include "stats.h"

/* The counter for a result of map_reasm(). */
static int map_frag_count(int err, bool rx)
{
	switch (err) {
	case 0:
		return rx ? MAP_A_STATS_RX_REASSEMBLED :
			    MAP_A_STATS_TX_REASSEMBLED;
	case -EEXIST:
		return rx ? MAP_A_STATS_RX_FRAG_DUPLICATE :
			    MAP_A_STATS_TX_FRAG_DUPLICATE;
	case -ENOMEM:
		return rx ? MAP_A_STATS_RX_NO_MEMORY :
			    MAP_A_STATS_TX_NO_MEMORY;
	default:
		return rx ? MAP_A_STATS_RX_MALFORMED :
			    MAP_A_STATS_TX_MALFORMED;
	}
}

static bool map_frag_reassemble(struct map_dev *map, struct sk_buff *skb,
				const struct map_reasm_part *part, bool rx,
				struct map_reasm_whole *whole)
{
	int err = map_reasm(map, skb, part, rx, whole);

	if (err != -EINPROGRESS)
		map_stats_count(map, map_frag_count(err, rx));
	return !err;
}

/* The key of the packet that a fragment belongs to. CEs that share an IPv4
 * address may use one identification at the same time, and a CE may do so on
 * purpose to insert its bytes into a packet of another. So the origin is part
 * of the key.
 */
static void map_frag_part(const struct map_dev *map, const struct iphdr *iph,
			  const struct in6_addr *origin,
			  struct map_reasm_part *part)
{
	u16 field = ntohs(iph->frag_off);

	memset(part, 0, sizeof(*part));
	if (origin)
		part->key.saddr = *origin;
	part->key.daddr.s6_addr32[0] = iph->saddr;
	part->key.daddr.s6_addr32[1] = iph->daddr;
	part->key.user = IPPROTO_IPIP << 8 | iph->protocol;
	part->key.id = (__force __be32)(u32)ntohs(iph->id);
	part->key.iif = map->dev->ifindex;
	part->hlen = iph->ihl * 4;
	part->room = IP_MAX_MTU - part->hlen;
	part->offset = (field & IP_OFFSET) << 3;
	part->more = field & IP_MF;
	part->df = field & IP_DF;
	part->counts = !origin;
	part->dsfield = iph->tos;
}

/* Set the control block as the IPv4 stack does after reassembly. The packet
 * leaves in fragments again, with or without DF, that are no longer than those
 * that came.
 */
static void map_frag_mend(struct sk_buff *skb,
			  const struct map_reasm_whole *whole)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(skb->len);
	iph->frag_off = whole->df ? htons(IP_DF) : 0;
	iph->tos |= whole->ecn;
	ip_send_check(iph);
	skb->ignore_df = 1;
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->frag_max_size = whole->largest + ip_hdrlen(skb);
	if (whole->df)
		IPCB(skb)->flags |= IPSKB_FRAG_PMTU;
}

/**
 * map_frag_whole - put the fragments of an IPv4 packet together
 * @map: the device, which counts what becomes of it
 * @skb: one fragment, consumed unless true is returned; skb->data is its header
 * @origin: address of the CE that it came from, or NULL for what comes from
 *	the IPv4 side, be it by way of a BR: parts of one packet may take
 *	several of those
 * @rx: it was received, and is not to be sent
 * @flow: filled in from the whole packet
 *
 * RFC 7597, section 8.3.2 asks for this before a packet's ports can be known.
 *
 * Context: RCU, bottom halves off.
 * Return: true when @skb is the whole packet now.
 */
bool map_frag_whole(struct map_dev *map, struct sk_buff *skb,
		    const struct in6_addr *origin, bool rx,
		    struct map_flow *flow)
{
	struct map_reasm_whole whole;
	struct map_reasm_part part;
	int malformed = map_frag_count(-EINVAL, rx);

	/* The header checksum is verified here, since reassembly writes a new
	 * one.
	 */
	if (!pskb_may_pull(skb, ip_hdrlen(skb)) ||
	    ip_fast_csum(ip_hdr(skb), ip_hdr(skb)->ihl)) {
		map_stats_count(map, malformed);
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_CSUM);
		return false;
	}
	map_frag_part(map, ip_hdr(skb), origin, &part);
	if (!map_frag_reassemble(map, skb, &part, rx, &whole))
		return false;
	/* The first fragment may have more options than the one whose length
	 * was checked.
	 */
	if (skb->len <= IP_MAX_MTU) {
		map_frag_mend(skb, &whole);
		if (map_flow_parse(skb, 0, flow))
			return true;
	}
	map_drop(map, skb, malformed);
	return false;
}

static int map_frag_mend6(struct sk_buff *skb,
			  const struct map_reasm_whole *whole)
{
	unsigned int hlen = skb->len - whole->len;
	struct frag_hdr *fh = (struct frag_hdr *)(skb->data + hlen) - 1;
	unsigned int len = skb->len - sizeof(struct ipv6hdr);

	/* The first fragment may have more extension headers than the one whose
	 * length was checked.
	 */
	if (len > IPV6_MAXPLEN)
		return MAP_A_STATS_RX_MALFORMED;
	fh->frag_off = 0;
	ipv6_hdr(skb)->payload_len = htons(len);
	ipv6_change_dsfield(ipv6_hdr(skb), 0xff, whole->ecn);
	return 0;
}

/**
 * map_frag_whole6 - put the fragments of an IPv6 packet together
 * @map: the device, which received it and counts what becomes of it
 * @skb: one fragment, consumed unless true is returned; skb->data is its header
 * @flow: what map_flow6_parse() made of it; filled in from the whole packet,
 *	which has a Fragment Header that says that it is one
 *
 * All 32 bits of the identification count, of which IPv4 has room for 16.
 *
 * Context: RCU, bottom halves off.
 * Return: true when @skb is the whole packet now.
 */
bool map_frag_whole6(struct map_dev *map, struct sk_buff *skb,
		     struct map_flow6 *flow)
{
	struct map_reasm_part part = {
		.key = {
			.saddr = flow->saddr,
			.daddr = flow->daddr,
			.id = htonl(flow->id),
			.user = IPPROTO_IPV6 << 8,
			.iif = map->dev->ifindex,
		},
		.hlen = flow->transport,
		.room = IPV6_MAXPLEN + sizeof(struct ipv6hdr) - flow->transport,
		.offset = flow->offset,
		.more = flow->more,
		.dsfield = flow->tclass,
	};
	struct map_reasm_whole whole;
	int why;

	if (!map_frag_reassemble(map, skb, &part, true, &whole))
		return false;
	why = map_frag_mend6(skb, &whole);
	why = why ?: map_flow6_parse(skb, flow);
	flow->largest = whole.largest;
	if (!why)
		return true;
	map_drop(map, skb, why);
	return false;
}

/* Only the first fragment carries the options without the copy bit
 * (RFC 791, section 3.1).
 */
static void map_frag_blank_options(struct sk_buff *skb)
{
	struct iphdr *iph = ip_hdr(skb);
	u8 *opt = (u8 *)(iph + 1);
	int left = iph->ihl * 4 - sizeof(*iph);
	int len;

	while (left > 0 && *opt != IPOPT_END) {
		len = *opt == IPOPT_NOOP ? 1 : left > 1 ? opt[1] : 0;
		if (len < 1 || len > left || (len == 1 && *opt != IPOPT_NOOP))
			return;
		if (!IPOPT_COPIED(*opt))
			memset(opt, IPOPT_NOOP, len);
		left -= len;
		opt += len;
	}
}

/**
 * map_frag_largest - length of the longest fragment that a packet came in
 * @skb: an IPv4 packet; skb->data is its header
 *
 * Reassembly, by this module and by conntrack, leaves each part on the
 * frag_list and sets ignore_df. The IPv4 control block holds the same length,
 * but a queueing discipline or whoever redirected the packet has written over
 * it. A frag_list alone is no proof: a driver builds one of a long frame, too.
 *
 * Return: bytes, with the header; 0 when the packet came as one, or when what
 * it came in is not known.
 */
u32 map_frag_largest(const struct sk_buff *skb)
{
	const struct sk_buff *part;
	u32 largest;

	if (!skb->ignore_df || skb_is_gso(skb) || !skb_has_frag_list(skb))
		return 0;
	largest = skb_pagelen(skb);
	skb_walk_frags(skb, part)
		largest = max(largest, part->len + ip_hdrlen(skb));
	return max_t(u32, largest, IPV4_MIN_MTU);
}

/**
 * map_frag_split - cut an IPv4 packet into fragments
 * @skb: the packet, not GSO, consumed; skb->data is its header
 * @mtu: length of the longest fragment, in bytes
 * @headroom: wanted in front of each
 * @output: called for each fragment, in order
 * @arg: given to @output
 *
 * Return: 0, or an error, after which some fragments may have been given to
 * @output.
 */
int map_frag_split(struct sk_buff *skb, u32 mtu, unsigned int headroom,
		   map_frag_output_t output, void *arg)
{
	unsigned int hlen = ip_hdrlen(skb);
	struct ip_frag_state state;
	struct sk_buff *part;
	int err;
	bool df;

	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		err = skb_checksum_help(skb);
		if (err)
			goto out;
	}
	err = skb_ensure_writable(skb, hlen);
	if (err)
		goto out;

	/* Callers split packets with DF only if they arrived in fragments. Each
	 * fragment keeps DF.
	 */
	df = ip_hdr(skb)->frag_off & htons(IP_DF);
	ip_frag_init(skb, hlen, headroom, mtu - hlen, df, &state);
	while (state.left > 0) {
		part = ip_frag_next(skb, &state);
		if (IS_ERR(part)) {
			err = PTR_ERR(part);
			goto out;
		}
		if (state.offset - (part->len - hlen) == 0)
			map_frag_blank_options(skb);
		output(part, arg);
	}
	consume_skb(skb);
	return 0;

out:
	kfree_skb(skb);
	return err;
}

/**
 * map_frag_rewrite_id - move the identification into a CE's port set
 * @skb: an IPv4 packet; skb->data is its header
 * @ports: the port set
 *
 * CEs that share an address then never use the same identification towards a
 * host outside (RFC 7597, section 8.3.3). The new value follows from the old
 * one alone, so that all fragments of a packet get the same. A packet that is
 * whole and cannot be fragmented has no use for one (RFC 6864, section 4.1).
 *
 * Return: false when memory ran out.
 */
bool map_frag_rewrite_id(struct sk_buff *skb, const struct map_port_set *ports)
{
	struct iphdr *iph = ip_hdr(skb);
	__be16 id;

	if (iph->frag_off == htons(IP_DF) || skb_is_gso(skb))
		return true;
	if (skb_ensure_writable(skb, sizeof(*iph)))
		return false;

	iph = ip_hdr(skb);
	id = htons(map_port_set_nth(ports, ntohs(iph->id) %
				    map_port_set_size(ports)));
	csum_replace2(&iph->check, iph->id, id);
	iph->id = id;
	return true;
}
