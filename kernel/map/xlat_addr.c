// SPDX-License-Identifier: GPL-2.0

#include <linux/in.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "check.h"
#include "embed.h"
#include "encap.h"
#include "map.h"
#include "rule.h"
#include "stats.h"
#include "xlat_addr.h"

/**
 * map_xlat_illegal - can nobody have this address?
 * @addr: IPv4 address, network byte order
 *
 * RFC 7915, sections 4.1 and 5.1; RFC 1812, section 5.3.7.
 *
 * Return: true for 0/8, 127/8, multicast and broadcast.
 */
bool map_xlat_illegal(__be32 addr)
{
	/* ipv4_is_zeronet() matches 0.0.0.0 only. */
	return map_ipv4_prefix_match(addr, 0, 8) || ipv4_is_loopback(addr) ||
	       ipv4_is_multicast(addr) || ipv4_is_lbcast(addr);
}

/* A CE with an IPv4 prefix: the rule leaves the last bits open. A translator
 * takes them from the interface identifier, which must be complete;
 * encapsulation does not need them.
 */
static bool map_xlat_addr_has_host_bits(const struct map_rule_params *rule)
{
	return rule->ipv4_len + map_rule_suffix_len(rule) < 32 &&
	       rule->ipv6_len + rule->ea_len <= 64;
}

static u8 *map_xlat_addr_of_iid(const struct map_rule_params *rule,
				struct in6_addr *ipv6)
{
	return &ipv6->s6_addr[rule->iid == MAP_IID_DRAFT03 ? 9 : 10];
}

static void map_xlat_addr_rule_ipv6(const struct map_rule_params *rule,
				    __be32 addr, u16 port,
				    struct in6_addr *ipv6)
{
	map_rule_ipv6(rule, addr, port, ipv6);
	if (unlikely(map_xlat_addr_has_host_bits(rule)))
		memcpy(map_xlat_addr_of_iid(rule, ipv6), &addr, sizeof(addr));
}

static __be32 map_xlat_addr_rule_ipv4(const struct map_rule_params *rule,
				      const struct in6_addr *ipv6,
				      struct map_ipv4_range *range)
{
	struct in6_addr copy = *ipv6;
	__be32 host;

	map_rule_ipv4_range(rule, ipv6, range);
	if (likely(!map_xlat_addr_has_host_bits(rule)))
		return range->ipv4;
	memcpy(&host, map_xlat_addr_of_iid(rule, &copy), sizeof(host));
	return range->ipv4 |
	       (host ^ map_ipv4_prefix_mask(host, range->ipv4_len));
}

/* RFC 6052, section 3.1: the Well-Known Prefix MUST NOT represent an address
 * that is not global. Documentation and benchmark addresses (RFC 5737, RFC
 * 2544) are allowed, since test networks use them.
 */
static bool map_xlat_addr_stays_home(__be32 addr)
{
	return ipv4_is_private_10(addr) || ipv4_is_private_172(addr) ||
	       ipv4_is_private_192(addr) || ipv4_is_linklocal_169(addr) ||
	       (addr & htonl(0xffc00000)) == htonl(0x64400000);
}

static bool map_xlat_addr_embeddable(const struct map_state *state, __be32 addr)
{
	static const struct in6_addr well_known = {
		.s6_addr32 = { htonl(0x0064ff9b) },
	};

	return likely(!ipv6_addr_equal(&state->remote, &well_known)) ||
	       !map_xlat_addr_stays_home(addr);
}

static int map_xlat_addr_embed(const struct map_state *state, __be32 addr,
			       struct in6_addr *ipv6)
{
	if (!map_xlat_addr_embeddable(state, addr))
		return MAP_A_STATS_TX_ILLEGAL_ADDRESS;
	map_embed(&state->remote, state->remote_len, addr, ipv6);
	return 0;
}

static int map_xlat_addr_extract(const struct map_state *state,
				 const struct in6_addr *ipv6, __be32 *addr)
{
	*addr = map_embedded(ipv6, state->remote_len);
	return map_xlat_addr_embeddable(state, *addr) ?
		       0 :
		       MAP_A_STATS_RX_ILLEGAL_ADDRESS;
}

/**
 * map_xlat_near6 - the IPv6 address of an IPv4 address on this side
 * @state: the device's state
 * @addr: IPv4 address, network byte order
 * @port: its port, which counts for a CE with an IPv4 prefix only
 * @ipv6: set to the address
 *
 * A CE's is its MAP address (RFC 7599, section 8.1), a BR embeds all in the
 * prefix of the DMR (section 8.4).
 *
 * Return: 0, or the counter MAP_A_STATS_TX_* of the reason to drop.
 */
int map_xlat_near6(const struct map_state *state, __be32 addr, u16 port,
		   struct in6_addr *ipv6)
{
	const struct map_ce *ce = &state->ce;

	if (state->set.role == MAP_ROLE_BR)
		return map_xlat_addr_embed(state, addr, ipv6);
	if (!map_ipv4_prefix_match(addr, ce->ipv4, ce->ipv4_len))
		return MAP_A_STATS_TX_FOREIGN_SOURCE;
	if (likely(ce->ipv4_len == 32))
		*ipv6 = state->local;
	else
		map_xlat_addr_rule_ipv6(&state->bmr, addr, port, ipv6);
	return 0;
}

/**
 * map_xlat_far6 - the IPv6 address of an IPv4 address on the other side
 * @state: the device's state
 * @addr: IPv4 address, network byte order
 * @port: its port
 * @has_port: @port is known
 * @ipv6: set to the address
 * @rule: set to the rule that decided, valid under RCU, or NULL
 *
 * By the longest matching FMR, or on a CE else by the DMR (RFC 7599, section
 * 5.1).
 *
 * Context: RCU.
 * Return: 0, or the counter MAP_A_STATS_TX_* of the reason to drop.
 */
int map_xlat_far6(const struct map_state *state, __be32 addr, u16 port,
		  bool has_port, struct in6_addr *ipv6,
		  const struct map_rule **rule)
{
	const struct map_rule_params *params;

	*rule = NULL;
	/* Without a port the CE cannot be chosen among those that share the
	 * address.
	 */
	if (!has_port && map_rules_ipv4_shared(state->rules, addr))
		return MAP_A_STATS_TX_NO_PORT;
	*rule = map_rules_by_ipv4(state->rules, addr, port);
	if (*rule) {
		params = &(*rule)->params;
		if (map_rule_shared(params) &&
		    map_port_excluded(params->psid_offset,
				      map_rule_psid_len(params), port))
			return MAP_A_STATS_TX_EXCLUDED_PORT;
		map_xlat_addr_rule_ipv6(params, addr, port, ipv6);
		return 0;
	}
	if (state->set.role == MAP_ROLE_BR || !state->remote_len)
		return MAP_A_STATS_TX_NO_RULE;
	*rule = map_rules_dmr(state->rules);
	return map_xlat_addr_embed(state, addr, ipv6);
}

static int map_xlat_addr_near4_ce(const struct map_state *state,
				  const struct in6_addr *addr, __be32 *ipv4)
{
	struct map_ipv4_range range;
	struct in6_addr want;

	if (likely(ipv6_addr_equal(addr, &state->local))) {
		*ipv4 = state->ce.ipv4;
		return 0;
	}
	if (state->ce.ipv4_len == 32 ||
	    !map_ipv6_prefix_match(addr, &state->bmr.ipv6,
				   state->bmr.ipv6_len))
		return MAP_A_STATS_RX_NOT_OURS;
	*ipv4 = map_xlat_addr_rule_ipv4(&state->bmr, addr, &range);
	map_xlat_addr_rule_ipv6(&state->bmr, *ipv4, 0, &want);
	return range.ipv4 == state->ce.ipv4 && ipv6_addr_equal(addr, &want) ?
	       0 : MAP_A_STATS_RX_NOT_OURS;
}

/**
 * map_xlat_near4 - the IPv4 address on this side that an IPv6 address is
 * @state: the device's state
 * @addr: IPv6 address
 * @ipv4: set to the IPv4 address
 *
 * Return: 0, or the counter MAP_A_STATS_RX_* of the reason to drop.
 */
int map_xlat_near4(const struct map_state *state, const struct in6_addr *addr,
		   __be32 *ipv4)
{
	if (state->set.role == MAP_ROLE_CE)
		return map_xlat_addr_near4_ce(state, addr, ipv4);
	if (!map_ipv6_prefix_match(addr, &state->remote, state->remote_len))
		return MAP_A_STATS_RX_NOT_OURS;
	return map_xlat_addr_extract(state, addr, ipv4);
}

/**
 * map_xlat_far4 - the IPv4 address on the other side that an IPv6 address is
 * @state: the device's state
 * @addr: IPv6 address
 * @far: filled in
 *
 * Longest match among FMRs and, on a CE, the DMR (RFC 7599, sections 8.2 and
 * 8.3).
 *
 * Context: RCU.
 * Return: 0, or the counter MAP_A_STATS_RX_* of the reason to drop.
 */
int map_xlat_far4(const struct map_state *state, const struct in6_addr *addr,
		  struct map_xlat_far *far)
{
	u8 len = state->set.role == MAP_ROLE_CE ? state->remote_len : 0;

	far->rule = map_rules_by_ipv6(state->rules, addr);
	if (len && (!far->rule || far->rule->params.ipv6_len < len) &&
	    map_ipv6_prefix_match(addr, &state->remote, len)) {
		far->rule = NULL;
		return map_xlat_addr_extract(state, addr, &far->ipv4);
	}
	if (!far->rule)
		return MAP_A_STATS_RX_UNKNOWN_SOURCE;
	far->ipv4 =
		map_xlat_addr_rule_ipv4(&far->rule->params, addr, &far->range);
	return 0;
}

/**
 * map_xlat_far_is_node - is it the MAP address of anybody?
 * @far: what map_xlat_far4() made of an address
 * @addr: that address
 *
 * The IPv6 prefix of a rule has other addresses, too: those of hosts behind a
 * CE, of the CE itself, and of routers.
 *
 * Return: true where the interface identifier is what the rest makes it.
 */
bool map_xlat_far_is_node(const struct map_xlat_far *far,
			  const struct in6_addr *addr)
{
	struct in6_addr want;

	if (!far->rule)
		return true;
	map_xlat_addr_rule_ipv6(&far->rule->params, far->ipv4,
				map_port_set_nth(&far->range.ports, 0), &want);
	return ipv6_addr_equal(&want, addr);
}

/**
 * map_xlat_far_check - is the sender who it says it is?
 * @far: what map_xlat_far4() made of its address
 * @addr: that address
 * @port: its port
 * @has_port: @port is known
 *
 * The port must be of its port set, and the whole address, interface
 * identifier included, what the rule makes of both (RFC 7599, section 8).
 *
 * Return: 0, or the counter MAP_A_STATS_RX_* of the reason to drop.
 */
int map_xlat_far_check(const struct map_xlat_far *far,
		       const struct in6_addr *addr, u16 port, bool has_port)
{
	const struct map_rule_params *params;
	struct in6_addr want;

	if (!far->rule)
		return 0;
	params = &far->rule->params;
	if (map_rule_shared(params)) {
		if (!has_port)
			return MAP_A_STATS_RX_NO_PORT;
		if (!map_port_set_has(&far->range.ports, port))
			return MAP_A_STATS_RX_SPOOFED_PORT;
	}
	map_xlat_addr_rule_ipv6(params, far->ipv4, port, &want);
	return ipv6_addr_equal(&want, addr) ?
	       0 : MAP_A_STATS_RX_SPOOFED_ADDRESS;
}

/**
 * map_xlat_find - the IPv6 addresses of an IPv4 packet, or why it has none
 * @state: the device's state
 * @flow: the packet
 * @saddr: set to the IPv6 source
 * @daddr: set to the IPv6 destination
 * @rule: set to the rule that decided, valid under RCU
 *
 * Context: RCU.
 * Return: 0, or the counter MAP_A_STATS_TX_* of the reason to drop it.
 */
int map_xlat_find(const struct map_state *state, const struct map_flow *flow,
		  struct in6_addr *saddr, struct in6_addr *daddr,
		  const struct map_rule **rule)
{
	int why = 0;

	*rule = NULL;
	if (!state->ready)
		return MAP_A_STATS_TX_NOT_READY;
	if (state->set.role == MAP_ROLE_CE)
		why = map_check_ce(state, flow);
	why = why ?: map_xlat_near6(state, flow->saddr, flow->sport, saddr);
	return why ?: map_xlat_far6(state, flow->daddr, flow->dport,
				    flow->has_ports, daddr, rule);
}

/**
 * map_xlat_mtu4 - MTU of the next hop to an IPv4 address
 * @map: the device
 * @daddr: the address, network byte order
 *
 * Context: RCU.
 * Return: bytes; the device's where there is no route.
 */
u32 map_xlat_mtu4(const struct map_dev *map, __be32 daddr)
{
	struct flowi4 fl4 = { .daddr = daddr };
	struct rtable *rt;
	u32 mtu;

	rt = ip_route_output_key(dev_net(map->dev), &fl4);
	if (IS_ERR(rt))
		return READ_ONCE(map->dev->mtu);
	mtu = ip_dst_mtu_maybe_forward(&rt->dst, true);
	ip_rt_put(rt);
	return mtu;
}
