// SPDX-License-Identifier: GPL-2.0
/* IPv6 to IPv4 (RFC 7915, section 5; RFC 7599, sections 8.2 and 8.3). */

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>

#include "compat.h"
#include "decap.h"
#include "flow.h"
#include "flow6.h"
#include "frag.h"
#include "icmp.h"
#include "map.h"
#include "mss.h"
#include "route.h"
#include "rule.h"
#include "rx.h"
#include "snat.h"
#include "stats.h"
#include "xlat.h"
#include "xlat_addr.h"
#include "xlat_icmp.h"
#include "xlat_sum.h"

/* RFC 7600, section 4.8: the source of ICMP errors that a translator makes of
 * those of routers without an IPv4 address.
 */
#define XLAT_DUMMY_ADDRESS htonl(0xc0000008)	/* 192.0.0.8 */

/* Longest packet that leaves with DF clear (RFC 7915, section 5.1). */
#define XLAT_MAY_FRAGMENT (IPV6_MIN_MTU - MAP_XLAT_GROWTH)

/* One packet on its way in. */
struct xlat64_ctx {
	struct map_dev *map;
	const struct map_state *state;
	struct map_flow6 flow;
	struct map_xlat_far far;
	struct map_xlat_pair pair;
};

/* ---- who may send what ---- */

/* An error is sent to the sender of the embedded packet. It is about a packet
 * that went to the node that reports it, unless that is a router. With source
 * NAT a connection must exist, since anybody can make up an embedded packet.
 */
static int map_xlat64_check_quoted(const struct xlat64_ctx *ctx,
				   const struct map_flow6 *inner)
{
	struct map_snat_packet sent = {
		.saddr = ctx->pair.daddr4,
		.sport = inner->sport,
		.dport = inner->dport,
		.proto = inner->proto == IPPROTO_ICMPV6 ? IPPROTO_ICMP :
							  inner->proto,
	};
	struct map_xlat_far far;
	int why;

	if (!ipv6_addr_equal(&inner->saddr, &ctx->flow.daddr))
		return MAP_A_STATS_RX_SPOOFED_ADDRESS;
	why = map_xlat_far4(ctx->state, &inner->daddr, &far);
	if (ctx->far.rule && (why || far.ipv4 != ctx->far.ipv4))
		return MAP_A_STATS_RX_SPOOFED_ADDRESS;
	if (why)
		return why;
	sent.daddr = far.ipv4;
	return map_snat_knows(ctx->map, ctx->state, &sent) ?
	       0 : MAP_A_STATS_RX_ICMP_IGNORED;
}

/* The ports of an error are those of the packet in it (struct map_flow6). */
static int map_xlat64_find_error(struct xlat64_ctx *ctx,
				 const struct sk_buff *skb)
{
	unsigned int offset = ctx->flow.transport + sizeof(struct icmp6hdr);
	struct map_flow6 inner;
	int why;

	why = map_flow6_parse_embedded(skb, offset, offset + skb->len -
				       ctx->flow.transport -
				       sizeof(struct icmp6hdr), &inner);
	if (why)
		return why == MAP_A_STATS_RX_ROUTING_HEADER ?
		       MAP_A_STATS_RX_UNTRANSLATABLE : why;
	if (inner.icmp_error)
		return MAP_A_STATS_RX_UNTRANSLATABLE;
	ctx->flow.sport = inner.dport;
	ctx->flow.dport = inner.sport;
	ctx->flow.has_ports = inner.has_ports;
	return map_xlat64_check_quoted(ctx, &inner);
}

static bool map_xlat64_is_error(const struct map_flow6 *flow)
{
	return flow->proto == IPPROTO_ICMPV6 && flow->icmp_error &&
	       !flow->fragment;
}

/* A router between the nodes has no IPv4 address (RFC 6791). */
static int map_xlat64_find_router(struct xlat64_ctx *ctx)
{
	int type = ipv6_addr_type(&ctx->flow.saddr);

	if (!(type & IPV6_ADDR_UNICAST) || type & IPV6_ADDR_LOOPBACK)
		return MAP_A_STATS_RX_ILLEGAL_ADDRESS;
	ctx->far.rule = NULL;
	ctx->far.ipv4 = ctx->state->set.icmp_source ?: XLAT_DUMMY_ADDRESS;
	return 0;
}

static int map_xlat64_find(struct xlat64_ctx *ctx)
{
	struct map_flow6 *flow = &ctx->flow;
	int why;

	if (!ctx->state->ready)
		return MAP_A_STATS_RX_NOT_OURS;
	why = map_xlat_near4(ctx->state, &flow->daddr, &ctx->pair.daddr4);
	if (why)
		return why;
	why = map_xlat_far4(ctx->state, &flow->saddr, &ctx->far);
	if (unlikely(map_xlat64_is_error(flow)) &&
	    (why || !map_xlat_far_is_node(&ctx->far, &flow->saddr)))
		why = map_xlat64_find_router(ctx);
	if (why)
		return why;
	ctx->pair.saddr4 = ctx->far.ipv4;
	ctx->pair.saddr6 = flow->saddr;
	ctx->pair.daddr6 = flow->daddr;
	return map_xlat_illegal(ctx->pair.saddr4) ||
	       map_xlat_illegal(ctx->pair.daddr4) ?
	       MAP_A_STATS_RX_ILLEGAL_ADDRESS : 0;
}

/* A CE accepts packets to its own ports only (RFC 7599, section 8.2). */
static int map_xlat64_check_destination(const struct xlat64_ctx *ctx)
{
	const struct map_ce *ce = &ctx->state->ce;

	if (ctx->state->set.role != MAP_ROLE_CE || !ce->ports.len)
		return 0;
	if (!ctx->flow.has_ports)
		return MAP_A_STATS_RX_NO_PORT;
	return map_port_set_has(&ce->ports, ctx->flow.dport) ?
	       0 : MAP_A_STATS_RX_FOREIGN_PORT;
}

/* Checks that need ports, or that hold without them. */
static int map_xlat64_check(struct xlat64_ctx *ctx, const struct sk_buff *skb)
{
	struct map_flow6 *flow = &ctx->flow;
	int why = 0;

	if (flow->proto == IPPROTO_ICMPV6) {
		if (flow->icmp_error)
			why = map_xlat64_find_error(ctx, skb);
		else if (!flow->has_ports)
			return MAP_A_STATS_RX_UNTRANSLATABLE;
	}
	why = why ?: map_xlat_far_check(&ctx->far, &flow->saddr, flow->sport,
					flow->has_ports);
	return why ?: map_xlat64_check_destination(ctx);
}

/* RFC 7599, sections 8.2 and 8.3: a wrong port is answered, other packets
 * against the rules are dropped silently. RFC 7915, section 5.4: a packet that
 * cannot be translated is answered.
 */
static void map_xlat64_refuse(struct xlat64_ctx *ctx, struct sk_buff *skb,
			      int why)
{
	u32 pointer = ctx->flow.pointer;

	switch (why) {
	case MAP_A_STATS_RX_SPOOFED_PORT:
		map_icmp_send6(skb, ICMPV6_DEST_UNREACH, ICMPV6_POLICY_FAIL,
			       0);
		break;
	case MAP_A_STATS_RX_ROUTING_HEADER:
		map_icmp_send6(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD,
			       pointer);
		break;
	case MAP_A_STATS_RX_EXTENSION_HEADER:
	case MAP_A_STATS_RX_TOO_BIG:
		map_icmp_send6(skb, ICMPV6_DEST_UNREACH,
			       ICMPV6_ADM_PROHIBITED, 0);
		break;
	}
	map_drop(ctx->map, skb, why);
}

/* ---- transport ---- */

static int map_xlat64_echo(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	struct map_xlat_icmp to;
	struct icmp6hdr *icmph;
	__be16 from, *word;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return MAP_A_STATS_RX_NO_MEMORY;
	if (skb_ensure_writable(skb, sizeof(*icmph)))
		return MAP_A_STATS_RX_NO_MEMORY;
	icmph = (struct icmp6hdr *)skb->data;
	word = (__be16 *)icmph;
	from = *word;
	if (!map_xlat_icmp64(icmph->icmp6_type, icmph->icmp6_code, 0, &to))
		return MAP_A_STATS_RX_UNTRANSLATABLE;
	icmph->icmp6_type = to.type;
	csum_replace_by_diff(&icmph->icmp6_cksum,
			     map_xlat_sum_echo64(&ctx->pair, skb->len, from,
						 *word));
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

/* MTU of the way back, for IPv6 packets. */
static u32 map_xlat64_mtu6(struct xlat64_ctx *ctx)
{
	u32 mtu = ctx->map->dev->mtu + MAP_XLAT_GROWTH;
	struct dst_entry *dst;

	dst = map_route(ctx->map, ctx->state, &ctx->pair.saddr6);
	if (!dst)
		return mtu;
	mtu = map_route_mtu_xlat(ctx->map, ctx->state, dst) + MAP_XLAT_GROWTH;
	dst_release(dst);
	return mtu;
}

/* skb->data is what follows the IPv6 header and all of its extensions. */
static int map_xlat64_transport(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	if (ctx->flow.later)
		return 0;
	if (ctx->flow.proto != IPPROTO_ICMPV6)
		return map_xlat_sum_update(skb, 0, ctx->flow.proto,
					   map_xlat_sum64(&ctx->pair)) ?
		       0 : MAP_A_STATS_RX_NO_MEMORY;
	if (!ctx->flow.icmp_error)
		return map_xlat64_echo(ctx, skb);
	return map_xlat_error64(skb, ctx->state, &ctx->pair,
				map_xlat_mtu4(ctx->map, ctx->pair.daddr4),
				map_xlat64_mtu6(ctx));
}

/* ---- the new header ---- */

/* The stack forwards the packet twice, as IPv6 and as IPv4, and decrements
 * twice. The device is one router (RFC 7915, section 5.1).
 */
static u8 map_xlat64_ttl(u8 hop_limit)
{
	return hop_limit < 255 ? hop_limit + 1 : 255;
}

/* The packet, or each of its segments, is short enough. */
static bool map_xlat64_may_be_fragmented(const struct sk_buff *skb)
{
	if (skb_is_gso(skb))
		return skb_gso_validate_network_len(skb, XLAT_MAY_FRAGMENT);
	return skb->len <= XLAT_MAY_FRAGMENT;
}

static void map_xlat64_identify(const struct xlat64_ctx *ctx,
				struct sk_buff *skb, struct iphdr *iph)
{
	const struct map_flow6 *flow = &ctx->flow;

	if (flow->has_frag) {
		iph->id = htons((u16)flow->id);
		iph->frag_off = htons(flow->offset >> 3 |
				      (flow->more ? IP_MF : 0));
	} else if (map_xlat64_may_be_fragmented(skb)) {
		__ip_select_ident(dev_net(ctx->map->dev), iph,
				  skb_shinfo(skb)->gso_segs ?: 1);
	} else {
		iph->frag_off = htons(IP_DF);
	}
}

static int map_xlat64_push_header(const struct xlat64_ctx *ctx,
				  struct sk_buff *skb, u8 proto)
{
	const struct map_settings *set = &ctx->state->set;
	struct iphdr *iph;

	if (skb->len + sizeof(*iph) > IP_MAX_MTU && !skb_is_gso(skb))
		return MAP_A_STATS_RX_TOO_BIG;
	skb_reset_transport_header(skb);
	iph = skb_push(skb, sizeof(*iph));
	skb_reset_network_header(skb);
	memset(iph, 0, sizeof(*iph));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = map_dsfield(set->tos_inherit, set->tos, ctx->flow.tclass);
	iph->tot_len = htons(skb->len <= IP_MAX_MTU ? skb->len : 0);
	iph->ttl = map_xlat64_ttl(ctx->flow.hop_limit);
	iph->protocol = proto == IPPROTO_ICMPV6 ? IPPROTO_ICMP : proto;
	iph->saddr = ctx->pair.saddr4;
	iph->daddr = ctx->pair.daddr4;
	map_xlat64_identify(ctx, skb, iph);
	ip_send_check(iph);
	return 0;
}

static void map_xlat64_gso(struct sk_buff *skb)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (!(shinfo->gso_type & SKB_GSO_TCPV6))
		return;
	shinfo->gso_type &= ~SKB_GSO_TCPV6;
	shinfo->gso_type |= SKB_GSO_TCPV4;
}

/* Now the packet is an IPv4 packet that the device has received. */
static void map_xlat64_adopt(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	struct net_device *dev = ctx->map->dev;

	skb_scrub_packet(skb, !net_eq(ctx->map->net, dev_net(dev)));
	skb_clear_hash_if_not_l4(skb);
	skb->protocol = htons(ETH_P_IP);
	skb->dev = dev;
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	/* Fragments of a reassembled packet are no longer than those that
	 * arrived.
	 */
	if (ctx->flow.largest)
		IPCB(skb)->frag_max_size = ctx->flow.largest +
					   sizeof(struct iphdr);
}

/* ---- the way ---- */

/* Clamp the MSS of a received SYN to what the way back carries. */
static void map_xlat64_clamp(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	u32 mtu;

	if (!ctx->state->set.mss_clamp || ctx->flow.proto != IPPROTO_TCP ||
	    !map_mss_is_syn(skb))
		return;
	mtu = map_xlat64_mtu6(ctx) - MAP_XLAT_GROWTH;
	if (map_mss_clamp(skb, mtu))
		map_stats_count(ctx->map, MAP_A_STATS_RX_MSS_CLAMPED);
}

static void map_xlat64_deliver(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	struct map_dev *map = ctx->map;

	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	map_xlat64_clamp(ctx, skb);
	dev_sw_netstats_rx_add(map->dev, skb->len);
	map_rx(map, skb, ip_hdr(skb)->protocol);
}

/* Remove the IPv6 header. The bytes that are written afterwards are private. */
static int map_xlat64_pull(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	unsigned int len = ctx->flow.transport;

	if (skb_is_gso(skb) && skb_header_unclone(skb, GFP_ATOMIC))
		return MAP_A_STATS_RX_NO_MEMORY;
	if (skb_ensure_writable(skb, len))
		return MAP_A_STATS_RX_NO_MEMORY;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	skb_pull(skb, len);
	return 0;
}

static void map_xlat64_whole(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	int why;

	why = map_xlat64_pull(ctx, skb);
	if (!why && skb_is_gso(skb))
		map_xlat64_gso(skb);
	why = why ?: map_xlat64_transport(ctx, skb);
	why = why ?: map_xlat64_push_header(ctx, skb, ctx->flow.proto);
	if (why) {
		map_drop(ctx->map, skb, why);
		return;
	}
	map_xlat64_adopt(ctx, skb);
	map_xlat64_deliver(ctx, skb);
}

/* IPv6 fragments are reassembled before translation, by all 32 bits of their
 * identification.
 */
static void map_xlat64_fragment(struct xlat64_ctx *ctx, struct sk_buff *skb)
{
	int why;

	if (!map_frag_whole6(ctx->map, skb, &ctx->flow))
		return;
	why = map_xlat64_check(ctx, skb);
	if (why)
		map_xlat64_refuse(ctx, skb, why);
	else
		map_xlat64_whole(ctx, skb);
}

/* Ports must be known, or the pseudo-header of ICMPv6 covers the length of the
 * whole message.
 */
static bool map_xlat64_needs_whole(const struct xlat64_ctx *ctx)
{
	const struct map_state *state = ctx->state;

	if (!ctx->flow.fragment)
		return false;
	if (ctx->flow.proto == IPPROTO_ICMPV6)
		return true;
	if (state->set.role == MAP_ROLE_CE && state->ce.ports.len)
		return true;
	return ctx->far.rule && map_rule_shared(&ctx->far.rule->params);
}

/**
 * map_xlat64 - translate an IPv6 packet, which the device then has received
 * @map: the device
 * @state: its state, valid under RCU
 * @skb: consumed; skb->data is the IPv6 header, which is in the linear part;
 *	no list of packets (SKB_GSO_FRAGLIST)
 *
 * Context: RCU, bottom halves off.
 */
void map_xlat64(struct map_dev *map, const struct map_state *state,
		struct sk_buff *skb)
{
	struct xlat64_ctx ctx;
	bool whole;
	int why;

	ctx.map = map;
	ctx.state = state;
	why = map_flow6_parse(skb, &ctx.flow);
	if (!why && !skb_is_gso(skb) && pskb_trim_rcsum(skb, ctx.flow.len))
		why = MAP_A_STATS_RX_MALFORMED;
	if (!why && !map_flow_sum_ok(skb, ctx.flow.transport))
		why = MAP_A_STATS_RX_MALFORMED;
	if (!why && !ctx.flow.hop_limit)
		why = MAP_A_STATS_RX_HOP_LIMIT;
	why = why ?: map_xlat64_find(&ctx);
	whole = !why && !map_xlat64_needs_whole(&ctx);
	if (whole)
		why = map_xlat64_check(&ctx, skb);
	if (why)
		map_xlat64_refuse(&ctx, skb, why);
	else if (whole)
		map_xlat64_whole(&ctx, skb);
	else
		map_xlat64_fragment(&ctx, skb);
}
