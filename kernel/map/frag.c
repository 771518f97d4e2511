// SPDX-License-Identifier: GPL-2.0

#include <linux/jhash.h>
#include <linux/random.h>
#include <net/checksum.h>
#include <net/ip.h>

#include "dev.h"
#include "frag.h"

/* The kernel's own users of its reassembly have small numbers; ours have the
 * highest bit set, so that the two never meet in one queue.
 */
#define MAP_FRAG_USER BIT(31)

/* The kernel gives a packet up when more than net.ipv4.ipfrag_max_dist other
 * fragments of its source came since its last one (RFC 4963). It goes by a mark
 * that its own ip_fragment() leaves, on some fragments of a packet, and not on
 * those that were short enough: then any number of fragments that came before
 * would do. All or none: none where a source is one host, all where a source
 * is many CEs.
 */
static void frag_set_distance(struct sk_buff *skb, bool counts)
{
	if (counts)
		IPCB(skb)->flags &= ~IPSKB_FRAG_COMPLETE;
	else
		IPCB(skb)->flags |= IPSKB_FRAG_COMPLETE;
}

/* CEs that share an IPv4 address may use the same identification at the same
 * time, and one may do so on purpose to slip its bytes into a packet of the
 * other: each origin has queues of its own.
 */
static u32 frag_user(const struct in6_addr *origin)
{
	static u32 seed __read_mostly;

	if (!origin)
		return MAP_FRAG_USER;
	net_get_random_once(&seed, sizeof(seed));
	return MAP_FRAG_USER | jhash2((const u32 *)origin->s6_addr32, 4, seed);
}

/* 0 when @skb is the whole packet now. Else it is gone: -EINPROGRESS when more
 * parts are missing, another error when the part was refused.
 */
static int frag_reassemble(struct map_dev *map, struct sk_buff *skb,
			   const struct in6_addr *origin)
{
	int err;

	/* It will carry a new checksum, so here the old one counts: nobody
	 * behind us can tell a damaged header any more.
	 */
	if (!pskb_may_pull(skb, ip_hdrlen(skb)) ||
	    ip_fast_csum(ip_hdr(skb), ip_hdr(skb)->ihl)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_CSUM);
		return -EINVAL;
	}
	skb_orphan(skb);
	skb->dev = map->dev;
	frag_set_distance(skb, !origin);
	err = ip_defrag(dev_net(map->dev), skb, frag_user(origin));
	if (err)
		return err;

	ip_send_check(ip_hdr(skb));
	/* It came in parts, so it may leave in parts, DF or not. */
	skb->ignore_df = 1;
	return 0;
}

/**
 * map_frag_whole - put the fragments of an IPv4 packet together
 * @map: the device, which counts what becomes of it
 * @skb: one fragment, consumed unless true is returned; skb->data is its header
 * @origin: address of the CE that it came from, or NULL for what comes from
 *	the IPv4 side, be it by way of a BR: parts of one packet may take
 *	several of those
 * @rx: it was received, and is not to be sent
 * @flow: filled in from the whole packet, or NULL
 *
 * The kernel's reassembly bounds memory and time (net.ipv4.ipfrag_*), and
 * takes fragments in any order. RFC 7597, section 8.3.2 asks for nothing less
 * before a packet's ports can be known.
 *
 * Context: bottom halves off.
 * Return: true when @skb is the whole packet now.
 */
bool map_frag_whole(struct map_dev *map, struct sk_buff *skb,
		    const struct in6_addr *origin, bool rx,
		    struct map_flow *flow)
{
	int malformed = rx ? MAP_A_STATS_RX_MALFORMED :
			     MAP_A_STATS_TX_MALFORMED;

	switch (frag_reassemble(map, skb, origin)) {
	case 0:
		break;
	case -EINPROGRESS:
		return false;
	case -ENOMEM:
		map_stats_count(map, rx ? MAP_A_STATS_RX_NO_MEMORY :
					  MAP_A_STATS_TX_NO_MEMORY);
		return false;
	default:
		map_stats_count(map, malformed);
		return false;
	}
	map_stats_count(map, rx ? MAP_A_STATS_RX_REASSEMBLED :
				  MAP_A_STATS_TX_REASSEMBLED);
	if (!flow || map_flow_parse(skb, 0, flow))
		return true;
	map_drop(map, skb, malformed);
	return false;
}

/* Only the first fragment carries the options without the copy bit
 * (RFC 791, section 3.1).
 */
static void frag_blank_options(struct sk_buff *skb)
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

	/* Only what arrived in fragments is cut with DF set. They keep it. */
	df = ip_hdr(skb)->frag_off & htons(IP_DF);
	ip_frag_init(skb, hlen, headroom, mtu - hlen, df, &state);
	while (state.left > 0) {
		part = ip_frag_next(skb, &state);
		if (IS_ERR(part)) {
			err = PTR_ERR(part);
			goto out;
		}
		if (state.offset - (part->len - hlen) == 0)
			frag_blank_options(skb);
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
 * whole and can not be fragmented has no use for one (RFC 6864, section 4.1).
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
