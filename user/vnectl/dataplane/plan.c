// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "dataplane/plan.h"
#include "util.h"

/* RFC 6333, section 5.7: the B4's address, and the prefix around it. */
#define B4_ADDRESS	0xc0000002
#define B4_LEN		29
/* RFC 7335: what a CLAT has without an address of its own. */
#define CLAT_ADDRESS	0xc0000001
/* RFC 6877, section 6.3: a translator uses a /64 of its own, or an address. */
#define CLAT_LEN	64

static int without_prefix(struct reason *why)
{
	return reason_set(why, REASON_MISSING_ADDRESS,
			  "there is no end-user prefix");
}

/* The BMR, what the CE has by it, and the rules for others. */
static int take_rules(struct plan *plan, const struct line_facts *facts,
		      const struct lease *lease, struct reason *why)
{
	const struct map_ce *ce = &plan->bmr.ce;
	unsigned int i;

	if (!facts->prefix_len)
		return without_prefix(why);
	if (bmr_find(lease, &facts->prefix, facts->prefix_len, &plan->bmr,
		     why))
		return -1;
	plan->has_bmr = true;
	plan->bmr_is_fmr = bmr_is_fmr(lease, plan->bmr.index);
	plan->ipv4 = ce->ipv4;
	plan->ipv4_len = 32;
	plan->ce = ce->ipv6;
	plan->fmrs = calloc(lease->count + 1, sizeof(*plan->fmrs));
	if (!plan->fmrs)
		return reason_set(why, REASON_NO_MEMORY, "there is no memory");
	for (i = 0; i < lease->count; i++)
		if (i != plan->bmr.index && bmr_is_fmr(lease, i))
			plan->fmrs[plan->fmrs_count++] =
				lease->rules[i].params;
	return 0;
}

static int take_encapsulation(struct plan *plan,
			      const struct line_facts *facts,
			      const struct lease *lease,
			      const struct in6_addr *br, struct reason *why)
{
	plan->mode = MAP_MODE_MAP_E;
	plan->remote = *br;
	plan->own = PLAN_OWN_ADDRESS;
	plan->sources_count = lease->sources_count;
	memcpy(plan->sources, lease->sources, sizeof(plan->sources));
	return take_rules(plan, facts, lease, why);
}

static int take_translation(struct plan *plan,
			    const struct line_facts *facts,
			    const struct lease *lease,
			    const struct in6_addr *br, struct reason *why)
{
	(void)br;
	plan->mode = MAP_MODE_MAP_T;
	plan->dmr = lease->dmr;
	plan->dmr_len = lease->dmr_len;
	plan->own = PLAN_OWN_ROUTE;
	if (take_rules(plan, facts, lease, why))
		return -1;
	/* With an IPv4 prefix, each host in it has an address of its own, which
	 * all are in one /64 (RFC 7599, section 6).
	 */
	if (plan->bmr.ce.ipv4_len < 32) {
		plan->ce_len = 64;
		map_ipv6_prefix_mask(&plan->ce, plan->ce_len);
	}
	return 0;
}

/* A CLAT is a CE with a rule of no EA bits (RFC 7599, section 12.4): the first
 * /64 of the line's prefix and the address of RFC 7335.
 */
static int take_clat(struct plan *plan,
		     const struct line_facts *facts, const struct lease *lease,
		     const struct in6_addr *br, struct reason *why)
{
	struct lease one = *lease;
	struct lease_rule rule;

	if (!facts->prefix_len)
		return without_prefix(why);
	memset(&rule, 0, sizeof(rule));
	rule.params.ipv6 = facts->prefix;
	rule.params.ipv6_len = facts->prefix_len;
	map_ipv6_prefix_mask(&rule.params.ipv6, facts->prefix_len);
	rule.params.ipv4 = htonl(CLAT_ADDRESS);
	rule.params.ipv4_len = 32;
	one.method = LEASE_MAP_T;
	one.rules = &rule;
	one.count = 1;
	one.mesh = false;
	one.first_64 = facts->prefix_len < CLAT_LEN;
	return take_translation(plan, facts, &one, br, why);
}

static int take_ds_lite(struct plan *plan,
			const struct line_facts *facts,
			const struct lease *lease, const struct in6_addr *br,
			struct reason *why)
{
	(void)lease;
	if (!facts->has_address)
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "the WAN has no global IPv6 address, which DS-Lite tunnels from");
	plan->mode = MAP_MODE_IPIP;
	plan->remote = *br;
	plan->local = facts->address;
	plan->ce = facts->address;
	plan->own = PLAN_OWN_NONE;
	plan->ipv4 = htonl(B4_ADDRESS);
	plan->ipv4_len = B4_LEN;
	return 0;
}

static int take_tunnel(struct plan *plan,
		       const struct line_facts *facts,
		       const struct lease *lease, const struct in6_addr *br,
		       struct reason *why)
{
	(void)facts;
	plan->mode = MAP_MODE_IPIP;
	plan->remote = *br;
	plan->local = lease->local;
	if (IN6_IS_ADDR_UNSPECIFIED(&plan->local))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "nothing says what the own end of the tunnel is");
	plan->ce = plan->local;
	plan->own = PLAN_OWN_ADDRESS;
	plan->ipv4 = lease->ipv4;
	plan->ipv4_len = lease->ipv4_len;
	return 0;
}

typedef int (*taker)(struct plan *plan, const struct line_facts *facts,
		     const struct lease *lease,
		     const struct in6_addr *br, struct reason *why);

static const taker takers[] = {
	[LEASE_MAP_E] = take_encapsulation,
	[LEASE_MAP_T] = take_translation,
	/* A binding is a rule without EA bits (RFC 7596, section 5.1). */
	[LEASE_LW4O6] = take_encapsulation,
	[LEASE_DS_LITE] = take_ds_lite,
	[LEASE_464XLAT] = take_clat,
	[LEASE_IPIP] = take_tunnel,
};

/* A B4 MUST NOT fragment the IPv4 packet (RFC 6333, section 5.3), nor may an
 * lwB4 (RFC 7596, section 5.2). The same holds for a CE (RFC 7597, section
 * 8.3.1) and for other tunnels (RFC 2473, section 7.2 (b)).
 */
static bool fragments_outside(const struct vne *vne)
{
	return vne->fragment != VNE_FRAGMENT_INNER;
}

/**
 * plan_make - what is to be on the machine
 * @plan: the result, to be freed; it borrows from @vne
 * @vne: settings of the line
 * @facts: of the WAN
 * @lease: a way to IPv4
 * @br: address of the other end, where the method has one
 * @why: set when it cannot be
 *
 * Return: 0, or -1.
 */
int plan_make(struct plan *plan, const struct vne *vne,
	      const struct line_facts *facts, const struct lease *lease,
	      const struct in6_addr *br, struct reason *why)
{
	memset(plan, 0, sizeof(*plan));
	memcpy(plan->device, vne->name, sizeof(plan->device));
	snprintf(plan->wan, sizeof(plan->wan), "%s", vne->interface);
	plan->wan_index = facts->index;
	plan->ce_len = 128;
	if (takers[lease->method](plan, facts, lease, br, why)) {
		plan_free(plan);
		return -1;
	}
	/* DS-Lite's NAT is the AFTR's (RFC 6333, section 5.2). */
	plan->snat = vne->snat && plan->mode != MAP_MODE_IPIP;
	plan->nat = vne->snat && lease->method == LEASE_IPIP && plan->ipv4_len;
	plan->reserve = plan->snat ? vne->reserve : NULL;
	plan->proxy = vne->proxy && plan->own == PLAN_OWN_ROUTE;
	plan->mss_clamp = vne->mss_clamp;
	plan->outer = fragments_outside(vne);
	plan->mtu = vne->mtu;
	plan->default_route = vne->default_route;
	plan->metric = vne->metric;
	return 0;
}

/**
 * plan_free - free what a plan holds
 * @plan: the plan
 */
void plan_free(struct plan *plan)
{
	free(plan->fmrs);
	plan->fmrs = NULL;
	plan->fmrs_count = 0;
}
