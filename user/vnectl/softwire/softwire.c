// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "softwire/softwire.h"
#include "util.h"

/**
 * struct shape - what a method needs, and has no use for otherwise
 * @name: its name
 * @br: the far end is an address or a name
 * @dmr: the far end is a prefix
 * @tunnel: own addresses of both families
 * @mesh: its rules can be FMRs
 * @rules_min: so many rules at least
 * @rules_max: so many rules at most
 */
struct shape {
	const char *name;
	bool br;
	bool dmr;
	bool tunnel;
	bool mesh;
	unsigned int rules_min;
	unsigned int rules_max;
};

static const struct shape shapes[] = {
	[LEASE_MAP_E] = { "map-e", .br = true, .mesh = true,
			  .rules_min = 1, .rules_max = LEASE_RULES_MAX },
	[LEASE_MAP_T] = { "map-t", .dmr = true, .mesh = true,
			  .rules_min = 1, .rules_max = LEASE_RULES_MAX },
	/* The address may come by DHCP 4o6 (RFC 7596, section 5.1). */
	[LEASE_LW4O6] = { "lw4o6", .br = true, .rules_max = 1 },
	[LEASE_DS_LITE] = { "ds-lite", .br = true },
	[LEASE_464XLAT] = { "464xlat", .dmr = true },
	[LEASE_IPIP] = { "ipip", .br = true, .tunnel = true },
};

/**
 * lease_method_name - the word for a method
 * @method: the method
 *
 * Return: the word.
 */
const char *lease_method_name(enum lease_method method)
{
	return shapes[method].name;
}

/**
 * lease_method_find - the method that a word names
 * @word: the word
 *
 * Return: the method, or -1.
 */
int lease_method_find(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		if (!strcmp(word, shapes[i].name))
			return i;
	return -1;
}

/**
 * lease_init - begin with nothing
 * @lease: the lease
 * @method: its method
 */
void lease_init(struct lease *lease, enum lease_method method)
{
	memset(lease, 0, sizeof(*lease));
	lease->method = method;
}

/**
 * lease_free - free what a lease holds
 * @lease: the lease
 */
void lease_free(struct lease *lease)
{
	free(lease->rules);
	lease->rules = NULL;
	lease->count = 0;
}

/**
 * lease_add_rule - append a rule
 * @lease: the lease
 * @rule: the rule, which is copied
 * @why: set when it does not fit
 *
 * Return: 0, or -1.
 */
int lease_add_rule(struct lease *lease, const struct lease_rule *rule,
		   struct reason *why)
{
	struct lease_rule *rules = lease->rules;

	if (lease->count == LEASE_RULES_MAX)
		return reason_set(why, REASON_INVALID_REPLY,
				  "there are more than %d rules",
				  LEASE_RULES_MAX);
	/* It is full at each power of two. */
	if (!(lease->count & (lease->count - 1))) {
		rules = reallocarray(rules, lease->count ? lease->count * 2 : 1,
				     sizeof(*rules));
		if (!rules)
			return reason_set(why, REASON_NO_MEMORY,
					  "there is no memory for the rules");
		lease->rules = rules;
	}
	rules[lease->count++] = *rule;
	return 0;
}

/**
 * lease_add_br - add an address of the BR
 * @lease: the lease
 * @ipv6: the address
 *
 * Packets go to the first. What is said more than once, or does not fit, is
 * left out.
 */
void lease_add_br(struct lease *lease, const struct in6_addr *ipv6)
{
	unsigned int i;

	if (!endpoint_is_set(&lease->br)) {
		lease->br.ipv6 = *ipv6;
		return;
	}
	if (IN6_ARE_ADDR_EQUAL(&lease->br.ipv6, ipv6))
		return;
	for (i = 0; i < lease->sources_count; i++)
		if (IN6_ARE_ADDR_EQUAL(&lease->sources[i], ipv6))
			return;
	if (i < LEASE_SOURCES_MAX)
		lease->sources[lease->sources_count++] = *ipv6;
}

/* The rule's lengths may be wrong: that is for lease_check() to say. */
static bool ea_bits_hold_psid(const struct map_rule_params *params)
{
	return params->ipv4_len + params->ea_len > 32;
}

/**
 * lease_rule_set_psid - give a rule an explicit PSID
 * @rule: the rule, with all else set
 * @len: bits of the PSID; 0 where nothing is said of it
 * @psid: the PSID, right-aligned; where the EA bits hold one, it goes before
 *	that
 */
void lease_rule_set_psid(struct lease_rule *rule, uint8_t len, uint16_t psid)
{
	rule->params.psid_len = len;
	if (ea_bits_hold_psid(&rule->params)) {
		rule->has_psid = true;
		rule->psid = psid;
	} else {
		rule->params.psid = psid;
	}
}

static bool params_equal(const struct map_rule_params *one,
			 const struct map_rule_params *two)
{
	return IN6_ARE_ADDR_EQUAL(&one->ipv6, &two->ipv6) &&
		one->ipv4 == two->ipv4 && one->ipv6_len == two->ipv6_len &&
		one->ipv4_len == two->ipv4_len && one->ea_len == two->ea_len &&
		one->psid_offset == two->psid_offset &&
		one->psid_len == two->psid_len && one->psid == two->psid &&
		one->iid == two->iid;
}

static bool rules_equal(const struct lease *one, const struct lease *two)
{
	unsigned int i;

	if (one->count != two->count)
		return false;
	for (i = 0; i < one->count; i++)
		if (!params_equal(&one->rules[i].params,
				  &two->rules[i].params) ||
		    one->rules[i].has_psid != two->rules[i].has_psid ||
		    one->rules[i].psid != two->rules[i].psid ||
		    one->rules[i].fmr != two->rules[i].fmr)
			return false;
	return true;
}

/**
 * lease_equal - would two set up the same?
 * @one: the one
 * @two: the other
 *
 * Return: true if they would.
 */
bool lease_equal(const struct lease *one, const struct lease *two)
{
	return one->method == two->method && one->mesh == two->mesh &&
		one->first_64 == two->first_64 &&
		endpoint_equal(&one->br, &two->br) &&
		one->sources_count == two->sources_count &&
		!memcmp(one->sources, two->sources,
			one->sources_count * sizeof(one->sources[0])) &&
		IN6_ARE_ADDR_EQUAL(&one->dmr, &two->dmr) &&
		one->dmr_len == two->dmr_len &&
		IN6_ARE_ADDR_EQUAL(&one->local, &two->local) &&
		one->ipv4 == two->ipv4 && one->ipv4_len == two->ipv4_len &&
		rules_equal(one, two);
}

static int check_rule(const struct lease *lease, unsigned int index,
		      struct reason *why)
{
	const struct lease_rule *rule = &lease->rules[index];
	struct map_refusal refusal;

	if (!map_rule_valid(&rule->params, &refusal))
		return reason_set(why, REASON_INVALID_MAP_RULE, "rule %u: %s",
				  index + 1, refusal.reason);
	if (rule->has_psid && (!ea_bits_hold_psid(&rule->params) ||
			       rule->psid >> map_rule_psid_len(&rule->params)))
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "rule %u: PSID %u has more bits than the EA bits have for it",
				  index + 1, rule->psid);
	if (lease->method == LEASE_LW4O6 &&
	    (rule->params.ea_len || rule->params.ipv4_len != 32))
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "a binding of lw4o6 has a whole IPv4 address and no EA bits");
	return 0;
}

static int check_rules(const struct lease *lease, const struct shape *shape,
		       struct reason *why)
{
	unsigned int i;

	if (lease->count < shape->rules_min)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "%s without a rule", shape->name);
	if (lease->count > shape->rules_max)
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "%s with %u rules, more than %u", shape->name,
				  lease->count, shape->rules_max);
	for (i = 0; i < lease->count; i++)
		if (check_rule(lease, i, why))
			return -1;
	return 0;
}

/* RFC 6052, section 2.2; not longer than 96 bits (RFC 7599, section 5.1). */
static int check_dmr(const struct lease *lease, const char *name,
		     struct reason *why)
{
	struct in6_addr masked = lease->dmr;

	if (!map_embed_len_valid(lease->dmr_len))
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "%s with a prefix of length %u, which is not 32, 40, 48, 56, 64 or 96",
				  name, lease->dmr_len);
	map_ipv6_prefix_mask(&masked, lease->dmr_len);
	if (!IN6_ARE_ADDR_EQUAL(&masked, &lease->dmr) ||
	    lease->dmr.s6_addr[8])
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "%s with a prefix that has bits set after its length, or bits 64 to 71",
				  name);
	if (IN6_IS_ADDR_MULTICAST(&lease->dmr))
		return reason_set(why, REASON_INVALID_MAP_RULE,
				  "%s with a multicast prefix", name);
	return 0;
}

static int check_br(const struct lease *lease, const char *name,
		    struct reason *why)
{
	unsigned int i;

	if (!endpoint_is_set(&lease->br))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "%s without the address of the far end",
				  name);
	if (!*lease->br.name && !endpoint_usable(&lease->br.ipv6))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "%s with a far end that is no global unicast address",
				  name);
	for (i = 0; i < lease->sources_count; i++)
		if (!endpoint_usable(&lease->sources[i]))
			return reason_set(why, REASON_MISSING_ADDRESS,
					  "%s with a source that is no global unicast address",
					  name);
	return 0;
}

static bool ipv4_usable(uint32_t ipv4)
{
	uint32_t host = ntohl(ipv4);

	return host >> 24 != 0 && host >> 24 != IN_LOOPBACKNET &&
		!IN_MULTICAST(host) && host != INADDR_BROADCAST;
}

static int check_tunnel(const struct lease *lease, struct reason *why)
{
	if (!endpoint_usable(&lease->local))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "ipip with an own end that is no global unicast address");
	if (!lease->ipv4_len || lease->ipv4_len > 32 ||
	    !ipv4_usable(lease->ipv4))
		return reason_set(why, REASON_MISSING_ADDRESS,
				  "ipip without a unicast IPv4 address");
	return 0;
}

static bool has_more(const struct lease *lease, const struct shape *shape)
{
	return (!shape->br && (endpoint_is_set(&lease->br) ||
			       lease->sources_count)) ||
		(!shape->dmr && lease->dmr_len) ||
		(!shape->mesh && (lease->mesh || lease->first_64)) ||
		(!shape->tunnel && (lease->ipv4_len ||
				    !IN6_IS_ADDR_UNSPECIFIED(&lease->local)));
}

/**
 * lease_check - can there be such a lease?
 * @lease: the lease
 * @why: set when not
 *
 * Return: 0, or -1.
 */
int lease_check(const struct lease *lease, struct reason *why)
{
	const struct shape *shape = &shapes[lease->method];

	if (has_more(lease, shape))
		return reason_set(why, REASON_UNSUPPORTED_TYPE,
				  "%s with values that belong to another method",
				  shape->name);
	if (shape->br && check_br(lease, shape->name, why))
		return -1;
	if (shape->dmr && check_dmr(lease, shape->name, why))
		return -1;
	if (shape->tunnel && check_tunnel(lease, why))
		return -1;
	return check_rules(lease, shape, why);
}
