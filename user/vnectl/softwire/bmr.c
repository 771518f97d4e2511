// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "softwire/bmr.h"
#include "parse.h"

/* An end-user prefix is at most a /64: hosts need one. */
#define PREFIX_MAX	64

static int no_match(const struct bmr *bmr, struct reason *why,
		    const char *what)
{
	char buf[PREFIX_STRLEN];

	return reason_set(why, REASON_NO_MATCHING_PD, "end-user prefix %s %s",
			  format_prefix6(&bmr->prefix, bmr->prefix_len, buf),
			  what);
}

/* RFC 7598, section 4.1: the longest match of the Rule IPv6 prefix. */
static int longest(const struct lease *lease, const struct bmr *bmr)
{
	const struct map_rule_params *params;
	int best = -1;
	unsigned int i;

	for (i = 0; i < lease->count; i++) {
		params = &lease->rules[i].params;
		if (params->ipv6_len <= bmr->prefix_len &&
		    map_ipv6_prefix_match(&bmr->prefix, &params->ipv6,
					  params->ipv6_len) &&
		    (best < 0 || params->ipv6_len >
				 lease->rules[best].params.ipv6_len))
			best = i;
	}
	return best;
}

/* Rule and EA bits can be shorter than the prefix of the line. The address that
 * follows has zeros behind them (RFC 7597, section 5.2): where the line has
 * others, what is sent to it goes to another line.
 */
static int outside(const struct bmr *bmr, struct reason *why)
{
	char ce[PREFIX_STRLEN], buf[PREFIX_STRLEN];

	return reason_set(why, REASON_NO_MATCHING_PD,
			  "end-user prefix %s: the address that follows from the rule, %s, is outside of it, and nothing that is sent there can arrive: the rule has %u bits with its EA bits, and the prefix has bits set after those",
			  format_prefix6(&bmr->prefix, bmr->prefix_len, buf),
			  format_ipv6(&bmr->ce.ipv6, ce),
			  bmr->params.ipv6_len + bmr->params.ea_len);
}

static int derive(struct bmr *bmr, struct reason *why)
{
	struct map_refusal refusal;

	if (!map_ce_derive(&bmr->params, &bmr->prefix, bmr->prefix_len,
			   &bmr->ce, &refusal))
		return no_match(bmr, why, refusal.reason);
	if (!map_ipv6_prefix_match(&bmr->ce.ipv6, &bmr->prefix,
				   bmr->prefix_len))
		return outside(bmr, why);
	return 0;
}

/* The EA bits say one PSID and the provider another, which has to be used
 * (RFC 7598, section 4.5). For this CE the rule is then one without EA bits,
 * with what they say of the address.
 */
static int use_explicit_psid(struct bmr *bmr, const struct lease_rule *rule,
			     struct reason *why)
{
	struct map_rule_params *params = &bmr->params;

	if (!rule->has_psid || rule->psid == bmr->ce.ports.psid)
		return 0;
	params->ipv6_len += params->ea_len;
	params->ipv6 = bmr->prefix;
	map_ipv6_prefix_mask(&params->ipv6, params->ipv6_len);
	params->psid_len = bmr->ce.ports.len;
	params->psid = rule->psid;
	params->ipv4 = bmr->ce.ipv4;
	params->ipv4_len = bmr->ce.ipv4_len;
	params->ea_len = 0;
	return derive(bmr, why);
}

static int find_by_match(const struct lease *lease, struct bmr *bmr,
			 struct reason *why)
{
	int index = longest(lease, bmr);

	if (index < 0)
		return no_match(bmr, why,
				"is in the IPv6 prefix of no rule");
	bmr->index = index;
	bmr->params = lease->rules[index].params;
	if (derive(bmr, why))
		return -1;
	return use_explicit_psid(bmr, &lease->rules[index], why);
}

/* The binding prefix picks one of the prefixes of the CE; the longer one of
 * the two is the subnet of the tunnel (RFC 7596, section 5.1).
 */
static int find_by_binding(const struct lease *lease, struct bmr *bmr,
			   struct reason *why)
{
	uint8_t len;

	if (!lease->count)
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "lw4o6 without an IPv4 address: the provider names only the lwAFTR");
	bmr->params = lease->rules[0].params;
	len = bmr->params.ipv6_len;
	if (len > bmr->prefix_len)
		len = bmr->prefix_len;
	if (!map_ipv6_prefix_match(&bmr->prefix, &bmr->params.ipv6, len))
		return no_match(bmr, why,
				"has nothing to do with the binding prefix");
	if (bmr->params.ipv6_len > bmr->prefix_len) {
		bmr->prefix = bmr->params.ipv6;
		bmr->prefix_len = bmr->params.ipv6_len;
	} else {
		bmr->params.ipv6 = bmr->prefix;
		bmr->params.ipv6_len = bmr->prefix_len;
	}
	return derive(bmr, why);
}

/**
 * bmr_find - find the Basic Mapping Rule
 * @lease: a lease that lease_check() has nothing against
 * @prefix: the prefix that the WAN has, or that was delegated; bits after
 *	@len do not count
 * @len: its length
 * @bmr: the result
 * @why: set when there is none
 *
 * RFC 7597, section 5.2; for lw4o6, RFC 7596, section 5.1.
 *
 * Return: 0, or -1.
 */
int bmr_find(const struct lease *lease, const struct in6_addr *prefix,
	     uint8_t len, struct bmr *bmr, struct reason *why)
{
	memset(bmr, 0, sizeof(*bmr));
	if (lease->method != LEASE_MAP_E && lease->method != LEASE_MAP_T &&
	    lease->method != LEASE_LW4O6)
		return reason_set(why, REASON_UNSUPPORTED_TYPE,
				  "%s has no rules",
				  lease_method_name(lease->method));
	if (!len || IN6_IS_ADDR_UNSPECIFIED(prefix))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "there is no end-user prefix");
	bmr->prefix = *prefix;
	bmr->prefix_len = len > 128 ? 128 : len;
	map_ipv6_prefix_mask(&bmr->prefix, bmr->prefix_len);
	if (len > PREFIX_MAX)
		return no_match(bmr, why, "is longer than 64 bits");
	if (lease->first_64)
		bmr->prefix_len = PREFIX_MAX;
	if (lease->method == LEASE_LW4O6)
		return find_by_binding(lease, bmr, why);
	return find_by_match(lease, bmr, why);
}

/**
 * bmr_is_fmr - is a rule used for forwarding?
 * @lease: the lease
 * @index: number of the rule, which may be that of the BMR
 *
 * Without mesh, everything goes to the BR (RFC 7597, section 5).
 *
 * Return: true if it is.
 */
bool bmr_is_fmr(const struct lease *lease, unsigned int index)
{
	return lease->mesh && lease->rules[index].fmr;
}
