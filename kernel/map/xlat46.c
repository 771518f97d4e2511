// SPDX-License-Identifier: GPL-2.0
/* IPv4 to IPv6 (RFC 7915, section 4; RFC 7599, sections 8.1 and 8.4). */

#include <linux/icmp.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/icmp.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>

#include "compat.h"
#include "flow.h"
#include "frag.h"
#include "icmp.h"
#include "map.h"
#include "mss.h"
#include "route.h"
#include "rule.h"
#include "snat.h"
#include "stats.h"
#include "xlat.h"
#include "xlat_addr.h"
#include "xlat_check.h"
#include "xlat_icmp.h"
#include "xlat_sum.h"

/* With a Fragment Header. */
#define XLAT_GROWTH_FRAGMENT (MAP_XLAT_GROWTH + sizeof(struct frag_hdr))

/* One packet on its way out. */
struct xlat46_ctx {
	struct map_dev *map;
	const struct map_state *state;
	struct map_flow flow;
	struct map_xlat_pair pair;
	struct dst_entry *dst;
	u32 mtu;			/* of the way in IPv6 */
};

static unsigned int map_xlat46_headroom(const struct xlat46_ctx *ctx)
{
	return LL_RESERVED_SPACE(ctx->dst->dev) + ctx->dst->header_len +
	       XLAT_GROWTH_FRAGMENT;
}

/* RFC 7915, section 4.4 demands an answer unless it says "silently". Packets
 * against the rules are dropped silently (RFC 7599).
 */
static void map_xlat46_refuse(struct xlat46_ctx *ctx, struct sk_buff *skb,
			      int why)
{
	switch (why) {
	case MAP_A_STATS_TX_SOURCE_ROUTE:
		map_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_SR_FAILED, 0);
		break;
	case MAP_A_STATS_TX_NO_RULE:
	case MAP_A_STATS_TX_OWN_DESTINATION:
		map_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
		break;
	case MAP_A_STATS_TX_UDP_CHECKSUM:
		map_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 0);
		break;
	case MAP_A_STATS_TX_FOREIGN_SOURCE:
		map_snat_forget_flow(ctx->state, skb);
		break;
	}
	map_drop(ctx->map, skb, why);
}

/* ---- the new header ---- */

/* The stack has decremented the TTL when it forwarded the packet. */
static void map_xlat46_push_header(const struct xlat46_ctx *ctx,
				   struct sk_buff *skb)
{
	const struct map_settings *set = &ctx->state->set;
	struct iphdr iph = *ip_hdr(skb);
	struct ipv6hdr *ipv6h;
	u8 proto;

	proto = iph.protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 : iph.protocol;
	skb_pull(skb, iph.ihl * 4);
	skb_reset_transport_header(skb);
	if (ip_is_fragment(&iph)) {
		map_xlat_frag46(skb_push(skb, sizeof(struct frag_hdr)), &iph,
				proto);
		proto = NEXTHDR_FRAGMENT;
	}
	ipv6h = skb_push(skb, sizeof(*ipv6h));
	skb_reset_network_header(skb);
	ip6_flow_hdr(ipv6h, map_dsfield(set->tclass_inherit, set->tclass,
					iph.tos), 0);
	ipv6h->nexthdr = proto;
	ipv6h->hop_limit = iph.ttl;
	ipv6h->saddr = ctx->pair.saddr6;
	ipv6h->daddr = ctx->pair.daddr6;
	skb->protocol = htons(ETH_P_IPV6);
}

static void map_xlat46_gso(struct sk_buff *skb)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (!(shinfo->gso_type & SKB_GSO_TCPV4))
		return;
	shinfo->gso_type &= ~(SKB_GSO_TCPV4 | SKB_GSO_TCP_FIXEDID);
	shinfo->gso_type |= SKB_GSO_TCPV6;
}

/* Translate the header of a packet that fits, and send it; consumes it. */
static void map_xlat46_send(struct sk_buff *skb, void *arg)
{
	struct xlat46_ctx *ctx = arg;
	struct map_dev *map = ctx->map;
	unsigned int headroom = map_xlat46_headroom(ctx);
	int err, len;

	skb_scrub_packet(skb, !net_eq(map->net, dev_net(map->dev)));
	/* The owner of a clone without headers (skb_header_cloned()) does not
	 * read the GSO fields: TCP sets them anew for each transmission.
	 */
	if (skb_cow_head(skb, headroom) ||
	    !pskb_may_pull(skb, ip_hdrlen(skb))) {
		map_drop(map, skb, MAP_A_STATS_TX_NO_MEMORY);
		return;
	}

	skb_dst_set(skb, dst_clone(ctx->dst));
	map_xlat46_push_header(ctx, skb);
	if (skb_is_gso(skb))
		map_xlat46_gso(skb);
	skb->ignore_df = 1;
	memset(skb->cb, 0, sizeof(struct inet6_skb_parm));
	len = skb->len;
	err = ip6_local_out(map->net, NULL, skb);
	iptunnel_xmit_stats(map->dev, net_xmit_eval(err) ? -1 : len);
}

/* ---- transport ---- */

/* A log entry may help the operator (RFC 7915, section 4.5). */
static int map_xlat46_no_checksum(const struct xlat46_ctx *ctx)
{
	const struct map_flow *flow = &ctx->flow;

	if (net_ratelimit())
		netdev_info(ctx->map->dev,
			    "UDP without checksum from %pI4:%u to %pI4:%u dropped\n",
			    &flow->saddr, flow->sport, &flow->daddr,
			    flow->dport);
	return MAP_A_STATS_TX_UDP_CHECKSUM;
}

/* A UDP checksum is computed if the whole datagram is there. Its length is that
 * of the UDP header, which may be less than that of the packet.
 */
static int map_xlat46_udp(struct xlat46_ctx *ctx, struct sk_buff *skb,
			  unsigned int offset)
{
	struct udphdr *uh;
	u32 len;

	if (ctx->flow.fragment ||
	    ctx->state->set.udp_zero_checksum == MAP_UDP_ZERO_CHECKSUM_DROP)
		return map_xlat46_no_checksum(ctx);
	/* The open sum is that of a packet inside of this one. */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return MAP_A_STATS_TX_NO_MEMORY;
	if (skb_ensure_writable(skb, offset + sizeof(*uh)))
		return MAP_A_STATS_TX_NO_MEMORY;
	uh = (struct udphdr *)(skb->data + offset);
	len = ntohs(uh->len);
	if (len < sizeof(*uh) || len > skb->len - offset)
		return MAP_A_STATS_TX_MALFORMED;
	uh->check = csum_ipv6_magic(&ctx->pair.saddr6, &ctx->pair.daddr6, len,
				    IPPROTO_UDP,
				    skb_checksum(skb, offset, len, 0));
	if (!uh->check)
		uh->check = CSUM_MANGLED_0;
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

static int map_xlat46_echo(struct xlat46_ctx *ctx, struct sk_buff *skb,
			   unsigned int offset)
{
	struct map_xlat_icmp to;
	struct icmphdr *icmph;
	__be16 from, *word;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return MAP_A_STATS_TX_NO_MEMORY;
	if (skb_ensure_writable(skb, offset + sizeof(*icmph)))
		return MAP_A_STATS_TX_NO_MEMORY;
	icmph = (struct icmphdr *)(skb->data + offset);
	word = (__be16 *)icmph;
	from = *word;
	if (!map_xlat_icmp46(icmph->type, icmph->code, 0, &to))
		return MAP_A_STATS_TX_UNTRANSLATABLE;
	icmph->type = to.type;
	csum_replace_by_diff(&icmph->checksum,
			     map_xlat_sum_echo46(&ctx->pair, skb->len - offset,
						 from, *word));
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

/* Translation changes the length of the embedded packet, so the outer header
 * changes, too.
 */
static int map_xlat46_error(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	struct iphdr iph = *ip_hdr(skb);
	int why;

	if (!pskb_may_pull(skb, iph.ihl * 4))
		return MAP_A_STATS_TX_MALFORMED;
	skb_pull(skb, iph.ihl * 4);
	why = map_xlat_error46(skb, ctx->state, &ctx->pair,
			       map_xlat_mtu4(ctx->map, ctx->flow.inner_daddr),
			       ctx->mtu);
	skb_push(skb, sizeof(iph));
	skb_reset_network_header(skb);
	iph.ihl = sizeof(iph) / 4;
	iph.tot_len = htons(skb->len);
	*ip_hdr(skb) = iph;
	return why;
}

static bool map_xlat46_udp_unsummed(const struct sk_buff *skb,
				    unsigned int offset)
{
	const struct udphdr *uh;
	struct udphdr buf;

	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) == offset)
		return false;
	uh = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return uh && !uh->check;
}

/* Translate what follows the IPv4 header, while that is still in place. */
static int map_xlat46_transport(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	unsigned int offset = ip_hdrlen(skb);

	if (ctx->flow.later)
		return 0;
	/* The headers are writable for all steps below. */
	if (skb_cow_head(skb, map_xlat46_headroom(ctx)))
		return MAP_A_STATS_TX_NO_MEMORY;
	if (ctx->flow.proto == IPPROTO_ICMP)
		return ctx->flow.icmp_error ? map_xlat46_error(ctx, skb) :
					      map_xlat46_echo(ctx, skb, offset);
	if (ctx->flow.proto == IPPROTO_UDP &&
	    map_xlat46_udp_unsummed(skb, offset))
		return map_xlat46_udp(ctx, skb, offset);
	return map_xlat_sum_update(skb, offset, ctx->flow.proto,
				   map_xlat_sum46(&ctx->pair)) ?
	       0 : MAP_A_STATS_TX_NO_MEMORY;
}

/* ---- length ---- */

/* RFC 7915, section 4.1. Fragments with DF are rare. */
static void map_xlat46_too_big(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	bool parts = ctx->flow.fragment || map_frag_largest(skb);
	u32 mtu = ctx->mtu - (parts ? XLAT_GROWTH_FRAGMENT : MAP_XLAT_GROWTH);

	skb_dst_update_pmtu_no_confirm(skb, mtu);
	map_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
	map_drop(ctx->map, skb, MAP_A_STATS_TX_TOO_BIG);
}

/* MTU for a packet that may be fragmented. */
static u32 map_xlat46_lowest(const struct xlat46_ctx *ctx)
{
	return min_t(u32, ctx->mtu, ctx->state->set.lowest_mtu);
}

/* The payload is the same in both families. */
static void map_xlat46_split(struct xlat46_ctx *ctx, struct sk_buff *skb,
			     u32 mtu6)
{
	u32 mtu = mtu6 - XLAT_GROWTH_FRAGMENT - sizeof(struct iphdr) +
		  ip_hdrlen(skb);
	u32 largest = map_frag_largest(skb);

	if (largest)
		mtu = min(mtu, largest);
	map_stats_count(ctx->map, MAP_A_STATS_TX_FRAG_INNER);
	if (map_frag_split(skb, mtu, map_xlat46_headroom(ctx), map_xlat46_send,
			   ctx))
		map_stats_count(ctx->map, MAP_A_STATS_TX_NO_MEMORY);
}

/* Length of the packet, or of a segment, as IPv6. Where it must not be
 * fragmented, IPv4 options count, as RFC 7915 computes it.
 */
static u32 map_xlat46_len(const struct xlat46_ctx *ctx,
			  const struct sk_buff *skb, bool whole)
{
	u32 growth = ctx->flow.fragment ? XLAT_GROWTH_FRAGMENT :
					  MAP_XLAT_GROWTH;
	u32 options = ip_hdrlen(skb) - sizeof(struct iphdr);

	return skb->len + growth - (whole ? 0 : options);
}

/* RFC 7599, section 10.3. Only IPv6 fragments have an identification: packets
 * that came as fragments or will be fragmented. This runs after segmentation,
 * so that each segment has its own.
 */
static bool map_xlat46_identify(const struct xlat46_ctx *ctx,
				struct sk_buff *skb, bool fits)
{
	const struct map_state *state = ctx->state;

	if ((fits && !ctx->flow.fragment) || !state->ce.ports.len ||
	    state->set.ipid != MAP_IPID_PSID)
		return true;
	return map_frag_rewrite_id(skb, &state->ce.ports);
}

static void map_xlat46_one(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	u32 largest = map_frag_largest(skb);
	/* A packet that arrived in fragments that fit leaves in fragments, with
	 * or without DF.
	 */
	bool whole = ctx->flow.df &&
		     (!largest || largest + XLAT_GROWTH_FRAGMENT > ctx->mtu);
	u32 most = whole ? ctx->mtu : map_xlat46_lowest(ctx);
	bool fits = map_xlat46_len(ctx, skb, whole) <= most ||
		    ctx->flow.icmp_error;
	int why;

	if (!fits && whole) {
		map_xlat46_too_big(ctx, skb);
		return;
	}
	why = map_xlat46_transport(ctx, skb);
	if (!why && !map_xlat46_identify(ctx, skb, fits))
		why = MAP_A_STATS_TX_NO_MEMORY;
	if (why)
		map_xlat46_refuse(ctx, skb, why);
	else if (fits)
		map_xlat46_send(skb, ctx);
	else
		map_xlat46_split(ctx, skb, most);
}

/* Segment a GSO packet that cannot stay whole. The clamped MSS makes this rare.
 */
static void map_xlat46_segments(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	struct sk_buff *segs, *seg, *next;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		map_drop(ctx->map, skb, MAP_A_STATS_TX_NO_MEMORY);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		map_xlat46_one(ctx, seg);
	}
}

/* Segments of UDP without a checksum each need their own. */
static bool map_xlat46_can_stay_gso(const struct xlat46_ctx *ctx,
				    const struct sk_buff *skb)
{
	return ctx->flow.proto != IPPROTO_UDP ||
	       !map_xlat46_udp_unsummed(skb, ip_hdrlen(skb));
}

static void map_xlat46_long(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	u32 most = ctx->flow.df ? ctx->mtu : map_xlat46_lowest(ctx);
	int why;

	if (!skb_gso_validate_network_len(skb, most - MAP_XLAT_GROWTH)) {
		if (ctx->flow.df)
			map_xlat46_too_big(ctx, skb);
		else
			map_xlat46_segments(ctx, skb);
		return;
	}
	if (!map_xlat46_can_stay_gso(ctx, skb)) {
		map_xlat46_segments(ctx, skb);
		return;
	}
	why = map_xlat46_transport(ctx, skb);
	if (why)
		map_xlat46_refuse(ctx, skb, why);
	else
		map_xlat46_send(skb, ctx);
}

static void map_xlat46_sized(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	const struct map_settings *set = &ctx->state->set;

	ctx->mtu = map_route_mtu(ctx->state, ctx->dst);
	if (set->mss_clamp && ctx->flow.proto == IPPROTO_TCP &&
	    map_mss_clamp(skb, ctx->mtu - MAP_XLAT_GROWTH))
		map_stats_count(ctx->map, MAP_A_STATS_TX_MSS_CLAMPED);
	if (skb_is_gso(skb))
		map_xlat46_long(ctx, skb);
	else
		map_xlat46_one(ctx, skb);
}

/* ---- the way ---- */

/* Type and code after translation, or 0 where the message is truncated. */
static void map_xlat46_selector_icmp(const struct sk_buff *skb,
				     struct flowi6 *fl6)
{
	const struct icmphdr *icmph;
	struct map_xlat_icmp to;
	struct icmphdr buf;

	icmph = skb_header_pointer(skb, ip_hdrlen(skb), sizeof(buf), &buf);
	if (!icmph ||
	    !map_xlat_icmp46(icmph->type, icmph->code, 0, &to))
		return;
	fl6->fl6_icmp_type = to.type;
	fl6->fl6_icmp_code = to.code;
}

/* The flow for IPsec policies: the packet as it will leave. */
static void map_xlat46_selector(const struct xlat46_ctx *ctx,
				const struct sk_buff *skb, struct flowi6 *fl6)
{
	const struct map_flow *flow = &ctx->flow;

	*fl6 = (struct flowi6){
		.saddr = ctx->pair.saddr6,
		.daddr = ctx->pair.daddr6,
		.flowi6_oif = ctx->dst->dev->ifindex,
		.flowi6_proto = flow->proto,
	};
	if (net_eq(ctx->map->net, dev_net(ctx->map->dev)))
		fl6->flowi6_mark = skb->mark;
	if (flow->proto == IPPROTO_ICMP) {
		fl6->flowi6_proto = IPPROTO_ICMPV6;
		if (!flow->later)
			map_xlat46_selector_icmp(skb, fl6);
	} else if (flow->has_ports) {
		fl6->fl6_sport = htons(flow->sport);
		fl6->fl6_dport = htons(flow->dport);
	}
}

static int map_xlat46_find_route(struct xlat46_ctx *ctx,
				 const struct sk_buff *skb)
{
	struct map_dev *map = ctx->map;
	struct flowi6 fl6;

	ctx->dst = map_route(map, ctx->state, &ctx->pair.daddr6);
	if (!ctx->dst)
		return MAP_A_STATS_TX_NO_ROUTE;
	if (likely(!map_route_has_policies(map->net)))
		return 0;
	map_xlat46_selector(ctx, skb, &fl6);
	ctx->dst = map_route_policy(map->net, ctx->dst, &fl6);
	return ctx->dst ? 0 : MAP_A_STATS_TX_POLICY;
}

static void map_xlat46_route(struct xlat46_ctx *ctx, struct sk_buff *skb)
{
	int why;

	why = map_xlat46_find_route(ctx, skb);
	if (why) {
		if (why == MAP_A_STATS_TX_NO_ROUTE)
			dst_link_failure(skb);
		map_drop(ctx->map, skb, why);
		return;
	}
	if (ctx->dst->dev == ctx->map->dev)
		map_drop(ctx->map, skb, MAP_A_STATS_TX_LOOP);
	else
		map_xlat46_sized(ctx, skb);
	dst_release(ctx->dst);
}

/* Fragments are translated one by one, unless ports must be known or a checksum
 * covers the length of the whole message (ICMPv6).
 */
static bool map_xlat46_needs_whole(const struct xlat46_ctx *ctx)
{
	const struct map_state *state = ctx->state;

	if (ctx->flow.proto == IPPROTO_ICMP)
		return true;
	if (state->set.role == MAP_ROLE_CE && state->ce.ports.len &&
	    !state->set.snat)
		return true;
	return map_rules_ipv4_shared(state->rules, ctx->flow.daddr);
}

/**
 * map_xlat46 - translate an IPv4 packet and send it
 * @map: the device
 * @state: its state, valid under RCU
 * @skb: consumed; skb->data is the IPv4 header, which is in the linear part;
 *	no list of packets (SKB_GSO_FRAGLIST)
 *
 * Context: RCU, bottom halves off.
 */
void map_xlat46(struct map_dev *map, const struct map_state *state,
		struct sk_buff *skb)
{
	const struct map_rule *rule;
	struct xlat46_ctx ctx;
	int why;

	ctx.map = map;
	ctx.state = state;
	if (!map_flow_parse(skb, 0, &ctx.flow) ||
	    !map_flow_trim(skb, &ctx.flow)) {
		map_drop(map, skb, MAP_A_STATS_TX_MALFORMED);
		return;
	}
	why = map_xlat_check46(skb, &ctx.flow);
	if (!why && unlikely(ctx.flow.fragment) && state->ready &&
	    map_xlat46_needs_whole(&ctx)) {
		if (!map_frag_whole(map, skb, NULL, false, &ctx.flow))
			return;
		why = map_xlat_check46(skb, &ctx.flow);
	}

	ctx.pair.saddr4 = ctx.flow.saddr;
	ctx.pair.daddr4 = ctx.flow.daddr;
	why = why ?: map_xlat_find(state, &ctx.flow, &ctx.pair.saddr6,
				   &ctx.pair.daddr6, &rule);
	if (why)
		map_xlat46_refuse(&ctx, skb, why);
	else
		map_xlat46_route(&ctx, skb);
}
