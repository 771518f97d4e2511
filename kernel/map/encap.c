// SPDX-License-Identifier: GPL-2.0

#include <linux/icmp.h>
#include <linux/ipv6.h>
#include <net/dst.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ip6_tunnel.h>

#include "check.h"
#include "compat.h"
#include "encap.h"
#include "frag.h"
#include "icmp.h"
#include "map.h"
#include "mss.h"
#include "route.h"
#include "rule.h"
#include "snat.h"
#include "stats.h"

/* One packet on its way out. */
struct map_encap_ctx {
	struct map_dev *map;
	const struct map_state *state;
	struct map_flow flow;
	struct in6_addr daddr;
	struct dst_entry *dst;
};

/* The MAP address of the CE that has the destination (RFC 7597, section 5.3). */
static int map_encap_by_rule(const struct map_rule *rule,
			     const struct map_flow *flow,
			     struct in6_addr *daddr)
{
	const struct map_rule_params *params = &rule->params;

	if (map_rule_shared(params) &&
	    map_port_excluded(params->psid_offset, map_rule_psid_len(params),
			      flow->dport))
		return MAP_A_STATS_TX_EXCLUDED_PORT;
	map_rule_ipv6(params, flow->daddr, flow->dport, daddr);
	return 0;
}

/**
 * map_encap_find - where a packet goes, or why not
 * @state: the device's state
 * @flow: the packet
 * @daddr: set to the IPv6 destination
 * @rule: set to the rule that decided, valid under RCU, or NULL where it was
 *	the address of an ipip device
 *
 * Context: RCU.
 * Return: 0, or the counter MAP_A_STATS_* of the reason to drop it.
 */
int map_encap_find(const struct map_state *state, const struct map_flow *flow,
		   struct in6_addr *daddr, const struct map_rule **rule)
{
	int why;

	*rule = NULL;
	if (!state->ready)
		return MAP_A_STATS_TX_NOT_READY;
	if (state->set.mode == MAP_MODE_IPIP) {
		*daddr = state->remote;
		return 0;
	}
	if (flow->redirect)
		return MAP_A_STATS_TX_REDIRECT;
	if (state->set.role == MAP_ROLE_CE) {
		why = map_check_ce(state, flow);
		if (why)
			return why;
	}

	/* Without a port the CE cannot be chosen among those that share the
	 * address.
	 */
	if (!flow->has_ports &&
	    map_rules_ipv4_shared(state->rules, flow->daddr))
		return MAP_A_STATS_TX_NO_PORT;
	*rule = map_rules_by_ipv4(state->rules, flow->daddr, flow->dport);
	if (*rule)
		return map_encap_by_rule(*rule, flow, daddr);
	if (ipv6_addr_any(&state->remote))
		return MAP_A_STATS_TX_NO_RULE;
	*rule = map_rules_dmr(state->rules);
	*daddr = state->remote;
	return 0;
}

/* Only the first fragment has ports. They are needed for a shared destination,
 * and for the own port set unless source NAT chose the port.
 */
static bool map_encap_needs_whole(const struct map_state *state,
				  const struct map_flow *flow)
{
	if (!flow->fragment || state->set.mode == MAP_MODE_IPIP)
		return false;
	if (state->set.role == MAP_ROLE_CE && state->ce.ports.len &&
	    !state->set.snat)
		return true;
	return map_rules_ipv4_shared(state->rules, flow->daddr);
}

static void map_encap_push_header(struct map_encap_ctx *ctx,
				  struct sk_buff *skb)
{
	const struct map_settings *set = &ctx->state->set;
	u8 tclass = map_dsfield(set->tclass_inherit, set->tclass,
				ip_hdr(skb)->tos);
	u8 hoplimit = set->hoplimit ?: ip_hdr(skb)->ttl;
	struct ipv6hdr *ipv6h;

	skb_push(skb, sizeof(*ipv6h));
	skb_reset_network_header(skb);
	ipv6h = ipv6_hdr(skb);
	ip6_flow_hdr(ipv6h, tclass,
		     ip6_make_flowlabel(ctx->map->net, skb, 0, true, NULL));
	ipv6h->hop_limit = hoplimit;
	ipv6h->nexthdr = IPPROTO_IPIP;
	ipv6h->saddr = ctx->state->local;
	ipv6h->daddr = ctx->daddr;
}

/* Encapsulate one packet that fits, or that is fragmented after encapsulation.
 * Consumes @skb.
 */
static void map_encap_send(struct sk_buff *skb, void *arg)
{
	struct map_encap_ctx *ctx = arg;
	struct map_dev *map = ctx->map;
	struct dst_entry *dst = ctx->dst;

	skb_scrub_packet(skb, !net_eq(map->net, dev_net(map->dev)));
	if (skb_cow_head(skb, LL_RESERVED_SPACE(dst->dev) +
			      sizeof(struct ipv6hdr) + dst->header_len) ||
	    iptunnel_handle_offloads(skb, SKB_GSO_IPXIP6)) {
		map_drop(map, skb, MAP_A_STATS_TX_NO_MEMORY);
		return;
	}

	/* With a hash set, neither the flow label nor lower queues call the
	 * flow dissector.
	 */
	if (!skb->l4_hash && !skb->sw_hash)
		__skb_set_sw_hash(skb, map_flow_hash(&ctx->flow),
				  ctx->flow.has_ports);
	skb_set_inner_ipproto(skb, IPPROTO_IPIP);
	skb_dst_set(skb, dst_clone(dst));
	map_encap_push_header(ctx, skb);
	skb->ignore_df = 1;
	map_ip6tunnel_xmit(skb, map->dev);
}

/* A packet with DF that does not fit is answered, with inner and with outer
 * fragments (RFC 2473, section 7.2 (a)).
 */
static void map_encap_too_big(struct map_encap_ctx *ctx, struct sk_buff *skb,
			      u32 mtu)
{
	skb_dst_update_pmtu_no_confirm(skb, mtu);
	map_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
	map_drop(ctx->map, skb, MAP_A_STATS_TX_TOO_BIG);
}

static void map_encap_long(struct map_encap_ctx *ctx, struct sk_buff *skb,
			   u32 mtu)
{
	u32 largest = map_frag_largest(skb);
	unsigned int headroom;

	/* A packet that arrived in fragments that fit leaves in fragments, with
	 * or without DF.
	 */
	if (ctx->flow.df && (!largest || largest > mtu)) {
		map_encap_too_big(ctx, skb, mtu);
		return;
	}
	if (ctx->state->set.fragment == MAP_FRAGMENT_OUTER) {
		map_stats_count(ctx->map, MAP_A_STATS_TX_FRAG_OUTER);
		map_encap_send(skb, ctx);
		return;
	}

	map_stats_count(ctx->map, MAP_A_STATS_TX_FRAG_INNER);
	if (largest)
		mtu = min(mtu, largest);
	headroom = LL_RESERVED_SPACE(ctx->dst->dev) + sizeof(struct ipv6hdr) +
		   ctx->dst->header_len;
	if (map_frag_split(skb, mtu, headroom, map_encap_send, ctx))
		map_stats_count(ctx->map, MAP_A_STATS_TX_NO_MEMORY);
}

/* A GSO packet whose segments do not fit is segmented here. The clamped MSS
 * makes this rare.
 */
static void map_encap_long_gso(struct map_encap_ctx *ctx, struct sk_buff *skb,
			       u32 mtu)
{
	struct sk_buff *segs, *seg, *next;

	if (ctx->flow.df) {
		map_encap_too_big(ctx, skb, mtu);
		return;
	}
	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		map_drop(ctx->map, skb, MAP_A_STATS_TX_NO_MEMORY);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		if (seg->len > mtu)
			map_encap_long(ctx, seg, mtu);
		else
			map_encap_send(seg, ctx);
	}
}

static void map_encap_sized(struct map_encap_ctx *ctx, struct sk_buff *skb)
{
	const struct map_settings *set = &ctx->state->set;
	u32 mtu = map_route_mtu_encap(ctx->map, ctx->state, ctx->dst);

	if (set->mss_clamp && ctx->flow.proto == IPPROTO_TCP &&
	    map_mss_clamp(skb, mtu))
		map_stats_count(ctx->map, MAP_A_STATS_TX_MSS_CLAMPED);

	if (skb_is_gso(skb)) {
		if (skb_gso_validate_network_len(skb, mtu))
			map_encap_send(skb, ctx);
		else
			map_encap_long_gso(ctx, skb, mtu);
	} else if (skb->len > mtu) {
		map_encap_long(ctx, skb, mtu);
	} else {
		map_encap_send(skb, ctx);
	}
}

static void map_encap_route(struct map_encap_ctx *ctx, struct sk_buff *skb)
{
	const struct map_state *state = ctx->state;

	ctx->dst = map_route(ctx->map, state, &ctx->daddr);
	if (!ctx->dst) {
		dst_link_failure(skb);
		map_drop(ctx->map, skb, MAP_A_STATS_TX_NO_ROUTE);
		return;
	}
	if (ctx->dst->dev == ctx->map->dev) {
		map_drop(ctx->map, skb, MAP_A_STATS_TX_LOOP);
	} else if (state->set.ipid == MAP_IPID_PSID && state->ce.ports.len &&
		   !map_frag_rewrite_id(skb, &state->ce.ports)) {
		map_drop(ctx->map, skb, MAP_A_STATS_TX_NO_MEMORY);
	} else {
		map_encap_sized(ctx, skb);
	}
	dst_release(ctx->dst);
}

/* ICMP errors are sent where the destination is unreachable for any sender. A
 * foreign source may be a connection of conntrack that began with another
 * address; it ends.
 */
static void map_encap_refuse(struct map_encap_ctx *ctx, struct sk_buff *skb,
			     int why)
{
	if (why == MAP_A_STATS_TX_NO_RULE ||
	    why == MAP_A_STATS_TX_OWN_DESTINATION)
		map_icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	else if (why == MAP_A_STATS_TX_FOREIGN_SOURCE)
		map_snat_forget_flow(ctx->state, skb);
	map_drop(ctx->map, skb, why);
}

/**
 * map_encap - send an IPv4 packet into the tunnel
 * @map: the device
 * @state: its state, valid under RCU
 * @skb: consumed; skb->data is the IPv4 header, which is in the linear part;
 *	no list of packets (SKB_GSO_FRAGLIST)
 *
 * Context: RCU, bottom halves off.
 */
void map_encap(struct map_dev *map, const struct map_state *state,
	       struct sk_buff *skb)
{
	const struct map_rule *rule;
	struct map_encap_ctx ctx;
	int why;

	ctx.map = map;
	ctx.state = state;
	if (!map_flow_parse(skb, 0, &ctx.flow) ||
	    !map_flow_trim(skb, &ctx.flow)) {
		map_drop(map, skb, MAP_A_STATS_TX_MALFORMED);
		return;
	}
	if (unlikely(ctx.flow.fragment) && state->ready &&
	    map_encap_needs_whole(state, &ctx.flow) &&
	    !map_frag_whole(map, skb, NULL, false, &ctx.flow))
		return;

	why = map_encap_find(state, &ctx.flow, &ctx.daddr, &rule);
	if (why)
		map_encap_refuse(&ctx, skb, why);
	else
		map_encap_route(&ctx, skb);
}
