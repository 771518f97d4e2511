// SPDX-License-Identifier: GPL-2.0

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/icmp.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "encap.h"
#include "flow.h"
#include "local.h"
#include "map.h"
#include "relay.h"
#include "route.h"
#include "rule.h"
#include "snat.h"
#include "stats.h"

/**
 * struct map_relay_error - the ICMPv4 error that an ICMPv6 one becomes
 * @type: ICMP type
 * @code: ICMP code
 * @mtu: with "fragmentation needed", for the IPv4 packet; else 0
 */
struct map_relay_error {
	u8 type;
	u8 code;
	u32 mtu;
};

/* RFC 2473, section 8.3: packet too big becomes "fragmentation needed", every
 * other error "host unreachable".
 */
static void map_relay_translate(u8 type, __be32 info, struct map_relay_error *icmp)
{
	icmp->type = ICMP_DEST_UNREACH;
	icmp->code = ICMP_HOST_UNREACH;
	icmp->mtu = 0;
	if (type == ICMPV6_PKT_TOOBIG) {
		icmp->code = ICMP_FRAG_NEEDED;
		icmp->mtu = max_t(u32, ntohl(info), IPV6_MIN_MTU) -
			    sizeof(struct ipv6hdr);
	}
}

static bool map_relay_is_error(u8 type)
{
	switch (type) {
	case ICMPV6_DEST_UNREACH:
	case ICMPV6_PKT_TOOBIG:
	case ICMPV6_TIME_EXCEED:
	case ICMPV6_PARAMPROB:
		return true;
	default:
		return false;
	}
}

/* Anybody can send an ICMPv6 error. It is accepted if the device would send the
 * embedded packet to this IPv6 destination. With source NAT, a connection must
 * exist, too.
 */
static bool map_relay_is_ours(const struct map_dev *map,
			      const struct map_state *state,
			      const struct map_flow *flow,
			      const struct in6_addr *daddr)
{
	const struct map_snat_packet sent = {
		.saddr = flow->saddr,
		.daddr = flow->daddr,
		.sport = flow->sport,
		.dport = flow->dport,
		.proto = flow->proto,
	};
	const struct map_rule *rule;
	struct in6_addr want;

	return !map_encap_find(state, flow, &want, &rule) &&
	       ipv6_addr_equal(&want, daddr) &&
	       map_snat_knows(map, state, &sent);
}

/* Errors are not answered with errors (RFC 1122, section 3.2.2). A packet
 * without DF, or one that fits, does not depend on the MTU.
 */
static bool map_relay_is_wanted(const struct map_relay_error *icmp,
				const struct map_flow *flow)
{
	if (flow->icmp_error || flow->later)
		return false;
	return !icmp->mtu || (flow->df && flow->len > icmp->mtu);
}

/* icmp_send() does not report whether its rate limits let the error pass
 * (net.ipv4.icmp_msgs_per_sec, icmp_ratelimit). The counter shows it: nothing
 * else sends on this CPU during the softirq.
 */
static unsigned long map_relay_sent(const struct net *net)
{
	return this_cpu_read(net->mib.icmp_statistics->mibs[ICMP_MIB_OUTMSGS]);
}

/* Send the error to the source of the packet at skb->data. On a CE this is the
 * CE's own address: conntrack finds the binding and forwards the error to the
 * host.
 */
static bool map_relay_send(struct map_dev *map, struct sk_buff *skb,
			   const struct map_relay_error *icmp)
{
	struct net *net = dev_net(map->dev);
	struct flowi4 fl4 = {};
	unsigned long before;
	struct rtable *rt;

	fl4.daddr = ip_hdr(skb)->daddr;
	rt = ip_route_output_key(net, &fl4);
	if (IS_ERR(rt))
		return false;

	skb_dst_set(skb, &rt->dst);
	skb->dev = map->dev;
	skb->protocol = htons(ETH_P_IP);
	skb->pkt_type = PACKET_HOST;
	memset(skb->cb, 0, sizeof(skb->cb));
	if (icmp->mtu)
		skb_dst_update_pmtu_no_confirm(skb, icmp->mtu);
	before = map_relay_sent(net);
	icmp_send(skb, icmp->type, icmp->code, htonl(icmp->mtu));
	return map_relay_sent(net) != before;
}

/* A copy of the embedded packet. */
static struct sk_buff *map_relay_inner(struct sk_buff *skb, int offset)
{
	struct sk_buff *inner;

	if (!pskb_may_pull(skb, offset + sizeof(struct iphdr)))
		return NULL;
	inner = skb_clone(skb, GFP_ATOMIC);
	if (!inner)
		return NULL;
	skb_dst_drop(inner);
	nf_reset_ct(inner);
	skb_pull(inner, offset);
	skb_reset_network_header(inner);
	return inner;
}

static bool map_relay_handle(struct map_dev *map, const struct map_state *state,
			     struct sk_buff *skb, u8 type, int offset,
			     __be32 info)
{
	const struct ipv6hdr *ipv6h = (const struct ipv6hdr *)skb->data;
	struct sk_buff *inner;
	struct map_flow flow;
	struct map_relay_error icmp;
	bool told;

	if (!map_relay_is_error(type) ||
	    !map_flow_parse_partial(skb, offset, &flow) ||
	    !map_relay_is_ours(map, state, &flow, &ipv6h->daddr))
		return false;

	map_relay_translate(type, info, &icmp);
	/* Without pmtudisc the path MTU is not updated (RFC 7597, section
	 * 8.3.1). The sender is told all the same.
	 */
	if (icmp.mtu && state->set.pmtudisc)
		map_route_update_pmtu(map, state, skb, ntohl(info));
	if (!map_relay_is_wanted(&icmp, &flow))
		return false;

	inner = map_relay_inner(skb, offset);
	if (!inner)
		return false;
	told = map_relay_send(map, inner, &icmp);
	kfree_skb(inner);
	return told;
}

/**
 * map_relay_err - an ICMPv6 error about a packet that was sent into a tunnel
 * @skb: skb->data is the outer header of that packet, as the error has it
 * @opt: unused
 * @type: ICMPv6 type
 * @code: ICMPv6 code
 * @offset: of the inner header from skb->data
 * @info: the error's second word
 *
 * Context: RCU, softirq.
 * Return: 0, or -ENOENT when the packet was not from a map device.
 */
int map_relay_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
		  u8 code, int offset, __be32 info)
{
	const struct ipv6hdr *ipv6h = (const struct ipv6hdr *)skb->data;
	const struct map_state *state;
	struct map_dev *map;
	bool told;

	map = map_local_find(dev_net(skb->dev), &ipv6h->saddr, &ipv6h->daddr);
	state = map ? rcu_dereference(map->state) : NULL;
	if (!state || state->set.mode == MAP_MODE_MAP_T)
		return -ENOENT;
	told = map_relay_handle(map, state, skb, type, offset, info);
	map_stats_count(map, told ? MAP_A_STATS_RX_ICMP_RELAYED :
				    MAP_A_STATS_RX_ICMP_IGNORED);
	return 0;
}
