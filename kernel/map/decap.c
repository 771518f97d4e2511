// SPDX-License-Identifier: GPL-2.0

#include <linux/ipv6.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/xfrm.h>

#include "compat.h"
#include "decap.h"
#include "encap.h"
#include "flow.h"
#include "frag.h"
#include "icmp.h"
#include "local.h"
#include "map.h"
#include "mss.h"
#include "relay.h"
#include "route.h"
#include "rule.h"
#include "rx.h"
#include "stats.h"

/* One packet on its way in. */
struct map_decap_ctx {
	struct map_dev *map;
	const struct map_state *state;
	const struct map_rule *rule;	/* of the source; NULL: a BR's */
	struct map_ipv4_range range;	/* what the source may use by it */
	struct in6_addr saddr;
	struct map_flow flow;
	u8 tclass;
};

/* The sender. The BR, and further BRs of source rules, are not checked further
 * (RFC 7597, section 8.1, last sentence of the fourth paragraph).
 */
static int map_decap_find_source(struct map_decap_ctx *ctx)
{
	const struct map_state *state = ctx->state;

	ctx->rule = NULL;
	if (state->set.mode == MAP_MODE_IPIP)
		return 0;
	/* In a domain without a BR, remote is unspecified and matches nobody.
	 */
	if (ipv6_addr_any(&ctx->saddr))
		return MAP_A_STATS_RX_UNKNOWN_SOURCE;
	if (state->set.role == MAP_ROLE_CE &&
	    (ipv6_addr_equal(&ctx->saddr, &state->remote) ||
	     map_rules_source_ok(state->rules, &ctx->saddr)))
		return 0;
	ctx->rule = map_rules_by_ipv6(state->rules, &ctx->saddr);
	if (!ctx->rule)
		return MAP_A_STATS_RX_UNKNOWN_SOURCE;
	map_rule_ipv4_range(&ctx->rule->params, &ctx->saddr, &ctx->range);
	return 0;
}

/* The address part of the check. A later fragment has no port to check. */
static int map_decap_check_address(const struct map_decap_ctx *ctx)
{
	const struct map_ipv4_range *range = &ctx->range;
	const struct map_flow *flow = &ctx->flow;

	if (!ctx->rule)
		return 0;
	if (!map_ipv4_prefix_match(flow->saddr, range->ipv4, range->ipv4_len))
		return MAP_A_STATS_RX_SPOOFED_ADDRESS;
	/* The embedded packet of an ICMP error was sent to the node that
	 * reports it.
	 */
	if (flow->icmp_error &&
	    !map_ipv4_prefix_match(flow->inner_daddr, range->ipv4,
				   range->ipv4_len))
		return MAP_A_STATS_RX_SPOOFED_ADDRESS;
	return 0;
}

/* The port part, then the whole MAP address with its interface identifier: the
 * sender MUST have derived it from the inner packet (RFC 7597, section 8).
 */
static int map_decap_check_port(const struct map_decap_ctx *ctx)
{
	const struct map_flow *flow = &ctx->flow;
	const struct map_rule_params *params;
	struct in6_addr want;

	if (!ctx->rule)
		return 0;
	params = &ctx->rule->params;
	if (map_rule_shared(params)) {
		if (!flow->has_ports)
			return MAP_A_STATS_RX_NO_PORT;
		if (!map_port_set_has(&ctx->range.ports, flow->sport))
			return MAP_A_STATS_RX_SPOOFED_PORT;
	}
	map_rule_ipv6(params, flow->saddr, flow->sport, &want);
	return ipv6_addr_equal(&want, &ctx->saddr) ?
	       0 : MAP_A_STATS_RX_SPOOFED_ADDRESS;
}

/* A CE accepts packets to its own address and ports only (RFC 7597, section
 * 8.1).
 */
static int map_decap_check_destination(const struct map_decap_ctx *ctx)
{
	const struct map_ce *ce = &ctx->state->ce;
	const struct map_flow *flow = &ctx->flow;

	if (ctx->state->set.role != MAP_ROLE_CE ||
	    ctx->state->set.mode == MAP_MODE_IPIP)
		return 0;
	if (!map_ipv4_prefix_match(flow->daddr, ce->ipv4, ce->ipv4_len))
		return MAP_A_STATS_RX_NOT_OURS;
	if (!ce->ports.len || flow->later)
		return 0;
	if (!flow->has_ports)
		return MAP_A_STATS_RX_NO_PORT;
	return map_port_set_has(&ce->ports, flow->dport) ?
	       0 : MAP_A_STATS_RX_FOREIGN_PORT;
}

static bool map_decap_needs_whole(const struct map_decap_ctx *ctx)
{
	const struct map_state *state = ctx->state;

	if (!ctx->flow.fragment || state->set.mode == MAP_MODE_IPIP)
		return false;
	if (state->set.role == MAP_ROLE_CE && state->ce.ports.len)
		return true;
	return ctx->rule && map_rule_shared(&ctx->rule->params);
}

static bool map_decap_ecn_differs(const struct map_decap_ctx *ctx,
				  const struct sk_buff *skb)
{
	return (ctx->tclass ^ ip_hdr(skb)->tos) & INET_ECN_MASK;
}

/* RFC 6040, section 4.2, after the outer header is gone. */
static int map_decap_ecn(const struct map_decap_ctx *ctx, struct sk_buff *skb)
{
	/* Another owner of a clone may read the header. */
	if (map_decap_ecn_differs(ctx, skb) &&
	    skb_ensure_writable(skb, sizeof(struct iphdr)))
		return MAP_A_STATS_RX_NO_MEMORY;
	if (INET_ECN_decapsulate(skb, ctx->tclass, ip_hdr(skb)->tos) > 1)
		return MAP_A_STATS_RX_ECN;
	return 0;
}

/* Now the packet is an IPv4 packet that the device has received. */
static int map_decap_pull(struct map_decap_ctx *ctx, struct sk_buff *skb)
{
	struct net_device *dev = ctx->map->dev;
	bool xnet = !net_eq(ctx->map->net, dev_net(dev));

	if (!pskb_may_pull(skb, sizeof(struct iphdr)) ||
	    __iptunnel_pull_header(skb, 0, htons(ETH_P_IP), false, xnet))
		return MAP_A_STATS_RX_NO_MEMORY;

	skb->dev = dev;
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	return map_flow_trim(skb, &ctx->flow) ? 0 : MAP_A_STATS_RX_MALFORMED;
}

/* Clamp the MSS of a received SYN to what the way back carries. */
static void map_decap_clamp(struct map_decap_ctx *ctx, struct sk_buff *skb)
{
	struct map_dev *map = ctx->map;
	struct dst_entry *dst;

	dst = map_route(map, ctx->state, &ctx->saddr);
	if (!dst)
		return;
	if (map_mss_clamp(skb, map_route_mtu_encap(map, ctx->state, dst)))
		map_stats_count(map, MAP_A_STATS_RX_MSS_CLAMPED);
	dst_release(dst);
}

static void map_decap_deliver(struct map_decap_ctx *ctx, struct sk_buff *skb)
{
	struct map_dev *map = ctx->map;

	if (ctx->state->set.mss_clamp && ctx->flow.proto == IPPROTO_TCP &&
	    map_mss_is_syn(skb))
		map_decap_clamp(ctx, skb);
	dev_sw_netstats_rx_add(map->dev, skb->len);
	map_rx(map, skb, ctx->flow.proto);
}

/* GRO has chained packets (SKB_GSO_FRAGLIST). The ECN field of each has to be
 * updated, so the chain is taken apart.
 */
static void map_decap_mark_list(struct map_decap_ctx *ctx, struct sk_buff *skb)
{
	struct sk_buff *segs, *seg, *next;
	int why;

	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		map_drop(ctx->map, skb, MAP_A_STATS_RX_NO_MEMORY);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		memset(IPCB(seg), 0, sizeof(*IPCB(seg)));
		why = map_decap_ecn(ctx, seg);
		if (why)
			map_drop(ctx->map, seg, why);
		else
			map_decap_deliver(ctx, seg);
	}
}

static bool map_decap_is_list(const struct sk_buff *skb)
{
	return skb_is_gso(skb) &&
	       skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST;
}

/* The checks of RFC 7597, section 8.1, on what can be seen of the packet. */
static int map_decap_check(const struct map_decap_ctx *ctx, bool whole)
{
	int why;

	why = map_decap_check_address(ctx);
	if (!why && whole)
		why = map_decap_check_port(ctx);
	return why ?: map_decap_check_destination(ctx);
}

static void map_decap(struct map_decap_ctx *ctx, struct sk_buff *skb)
{
	bool whole;
	int why;

	if (!ctx->state->ready) {
		map_drop(ctx->map, skb, MAP_A_STATS_RX_NOT_OURS);
		return;
	}
	if (!map_flow_parse(skb, 0, &ctx->flow)) {
		map_drop(ctx->map, skb, MAP_A_STATS_RX_MALFORMED);
		return;
	}

	why = map_decap_find_source(ctx);
	whole = !map_decap_needs_whole(ctx);
	why = why ?: map_decap_check(ctx, whole);
	why = why ?: map_decap_pull(ctx, skb);
	if (!why && map_decap_ecn_differs(ctx, skb) && map_decap_is_list(skb)) {
		map_decap_mark_list(ctx, skb);
		return;
	}
	why = why ?: map_decap_ecn(ctx, skb);
	if (why) {
		map_drop(ctx->map, skb, why);
		return;
	}

	if (!whole) {
		if (!map_frag_whole(ctx->map, skb, ctx->rule ?
				    &ctx->saddr : NULL, true, &ctx->flow))
			return;
		why = map_decap_check(ctx, true);
		if (why) {
			map_drop(ctx->map, skb, why);
			return;
		}
	}
	map_decap_deliver(ctx, skb);
}

/* Tunnel handler: any IPv6 packet to this machine with IPv4 in it. skb->data is
 * the inner header. A return value other than 0 passes the packet on to the
 * next handler.
 */
static int map_decap_rcv(struct sk_buff *skb)
{
	const struct ipv6hdr *ipv6h = ipv6_hdr(skb);
	struct map_decap_ctx ctx;

	ctx.map = map_local_find(dev_net(skb->dev), &ipv6h->daddr,
				 &ipv6h->saddr);
	if (!ctx.map)
		return -ENOENT;
	ctx.saddr = ipv6h->saddr;
	ctx.tclass = ipv6_get_dsfield(ipv6h);
	ctx.state = rcu_dereference(ctx.map->state);
	if (!ctx.state || ctx.state->set.mode == MAP_MODE_MAP_T)
		return -ENOENT;

	if (!xfrm6_policy_check(NULL, XFRM_POLICY_IN, skb))
		map_drop(ctx.map, skb, MAP_A_STATS_RX_POLICY);
	else
		map_decap(&ctx, skb);
	return 0;
}

/* The priority is higher than that of ip6_tunnel (1), whose fallback device
 * accepts every packet.
 */
static struct xfrm6_tunnel map_decap_handler = {
	.handler = map_decap_rcv,
	.err_handler = map_relay_err,
	.priority = 0,
};

int map_decap_init(void)
{
	return xfrm6_tunnel_register(&map_decap_handler, AF_INET);
}

void map_decap_exit(void)
{
	xfrm6_tunnel_deregister(&map_decap_handler, AF_INET);
}
