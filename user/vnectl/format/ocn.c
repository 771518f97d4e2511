// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/json_field.h"
#include "format/ocn.h"
#include "parse.h"

/* A prefix in two values, the address and the length. Bits behind the length do
 * not count: servers leave some there.
 */
static int read_prefix6(const struct field *object,
			struct map_rule_params *params)
{
	struct field addr = field_get(object, "ipv6Prefix");
	struct field len = field_get(object, "ipv6PrefixLength");
	uint32_t bits;

	if (field_ipv6(&addr, &params->ipv6) ||
	    field_number_word(&len, 0, 128, &bits))
		return -1;
	params->ipv6_len = bits;
	map_ipv6_prefix_mask(&params->ipv6, bits);
	return 0;
}

static int read_prefix4(const struct field *object,
			struct map_rule_params *params)
{
	struct field addr = field_get(object, "ipv4Prefix");
	struct field len = field_get(object, "ipv4PrefixLength");
	uint32_t bits;

	if (field_ipv4(&addr, &params->ipv4) ||
	    field_number_word(&len, 0, 32, &bits))
		return -1;
	params->ipv4_len = bits;
	params->ipv4 = map_ipv4_prefix_mask(params->ipv4, bits);
	return 0;
}

/* A PSID has no length of its own: it is that of the EA bits. One that is there
 * counts, 0 too, but for a rule without PSIDs.
 */
static int read_psid(const struct field *object, struct lease_rule *rule)
{
	struct field psid = field_get(object, "psId");
	uint32_t value;

	if (!psid.json)
		return 0;
	if (field_number_word(&psid, 0, 65535, &value))
		return -1;
	if (!value && !map_rule_shared(&rule->params))
		return 0;
	if (!map_rule_shared(&rule->params) ||
	    value >> map_rule_psid_len(&rule->params))
		return field_wrong(&psid, "%u has more bits than the EA bits have for it",
				   value);
	lease_rule_set_psid(rule, 0, value);
	return 0;
}

static int read_rule(const struct field *object, struct lease_rule *rule,
		     struct in6_addr *br)
{
	struct field ea_len = field_get(object, "eaBitLength");
	struct field offset = field_get(object, "psIdOffset");
	struct field address = field_get(object, "brIpv6Address");
	struct map_rule_params *params = &rule->params;
	struct map_refusal refusal;
	uint32_t ea_bits, offset_bits;

	memset(rule, 0, sizeof(*rule));
	if (field_object(object) || field_ipv6(&address, br) ||
	    read_prefix6(object, params) || read_prefix4(object, params) ||
	    field_number_word(&ea_len, 0, 48, &ea_bits) ||
	    field_number_word(&offset, 0, 16, &offset_bits))
		return -1;
	params->ea_len = ea_bits;
	params->psid_offset = offset_bits;
	params->iid = MAP_IID_DRAFT03;
	if (!map_rule_valid(params, &refusal))
		return field_wrong(object, "%s", refusal.reason);
	return read_psid(object, rule);
}

/* The lease that has the BR; a new one where there is none. */
static struct lease *lease_of(struct offer *offer, const struct in6_addr *br,
			      struct reason *why)
{
	struct lease *lease;
	unsigned int i;

	for (i = 0; i < offer->count; i++)
		if (IN6_ARE_ADDR_EQUAL(&offer->leases[i].br.ipv6, br))
			return &offer->leases[i];
	if (i == OFFER_LEASES_MAX) {
		reason_set(why, REASON_INVALID_REPLY,
			   "there are more than %d BRs", OFFER_LEASES_MAX);
		return NULL;
	}
	lease = &offer->leases[offer->count++];
	lease_init(lease, LEASE_MAP_E);
	lease->br.ipv6 = *br;
	return lease;
}

/* A rule that has an empty BR is none that packets can be sent by; the others
 * stand.
 */
static bool skip_rule(const struct field *object, unsigned int index,
		      struct offer *offer)
{
	struct field br = field_get(object, "brIpv6Address");
	const char *word = json_string_value(br.json);
	struct reason why;
	char part[32];

	if (!word || *word)
		return false;
	reason_set(&why, REASON_MISSING_ADDRESS, "brIpv6Address is empty");
	snprintf(part, sizeof(part), "basicMapRules[%u]", index);
	offer_skip(offer, part, &why);
	return true;
}

static int add_rule(const struct field *object, struct offer *offer)
{
	struct lease_rule rule;
	struct lease *lease;
	struct in6_addr br;

	if (read_rule(object, &rule, &br))
		return -1;
	lease = lease_of(offer, &br, object->why);
	return lease ? lease_add_rule(lease, &rule, object->why) : -1;
}

static int add_rules(const struct field *array, struct offer *offer)
{
	struct field object;
	unsigned int i;

	if (field_array(array, 0, LEASE_RULES_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++) {
		object = field_at(array, i);
		object.code = REASON_INVALID_MAP_RULE;
		if (!skip_rule(&object, i, offer) && add_rule(&object, offer))
			return -1;
	}
	for (i = 0; i < offer->count; i++)
		if (lease_check(&offer->leases[i], array->why))
			return -1;
	return 0;
}

/* It is at the top, or in the first rule. */
static int read_host_name(const struct field *top, const struct field *array,
			  struct ocn_rules *rules)
{
	struct field name = field_get(top, "hostName");
	struct field first = field_at(array, 0);
	const char *word;

	if (!name.json)
		name = field_get(&first, "hostName");
	if (!name.json)
		return 0;
	if (field_string(&name, HOST_NAME_LEN + 1, &word))
		return -1;
	if (*word && !endpoint_host_name(word, rules->host_name))
		return field_wrong(&name, "\"%.64s\" is no host name", word);
	return 0;
}

/**
 * ocn_rules - read what the rule server answers
 * @text: the body
 * @len: its length
 * @rules: the result, to be freed
 * @why: set when it cannot be understood; then there is no result
 *
 * Return: 0, or -1.
 */
int ocn_rules(const char *text, size_t len, struct ocn_rules *rules,
	      struct reason *why)
{
	json_t *json = field_load(text, len, why);
	struct field top = field_top(json, why);
	struct field array = field_get(&top, "basicMapRules");
	int ret = -1;

	memset(rules, 0, sizeof(*rules));
	if (json && !field_object(&top) &&
	    !read_host_name(&top, &array, rules))
		ret = add_rules(&array, &rules->offer);
	json_decref(json);
	if (ret)
		ocn_rules_free(rules);
	return ret;
}

/**
 * ocn_rules_free - free what an answer holds
 * @rules: the answer
 */
void ocn_rules_free(struct ocn_rules *rules)
{
	offer_free(&rules->offer);
}

/**
 * ocn_rules_json - the plain form of what the rule server answered
 * @rules: the answer
 *
 * Return: an object, to be released.
 */
json_t *ocn_rules_json(const struct ocn_rules *rules)
{
	return json_pack("{s:s*, s:o, s:o}", "host",
			 *rules->host_name ? rules->host_name : NULL,
			 "leases", offer_json(&rules->offer), "skipped",
			 offer_skipped_json(&rules->offer));
}

/**
 * ocn_rules_from_json - read what ocn_rules_json() wrote
 * @json: what is read, not to be trusted
 * @rules: the result, to be freed
 * @why: set when it is wrong; then there is no result
 *
 * Return: 0, or -1.
 */
int ocn_rules_from_json(json_t *json, struct ocn_rules *rules,
			struct reason *why)
{
	static const char *const keys[] = {
		"host", "leases", "skipped", NULL
	};
	struct field top = field_top(json, why);
	struct field host = field_get(&top, "host");
	struct field leases = field_get(&top, "leases");
	struct field skipped = field_get(&top, "skipped");
	const char *word;

	memset(rules, 0, sizeof(*rules));
	if (field_known(&top, keys) ||
	    (host.json && field_string(&host, HOST_NAME_LEN, &word)))
		return -1;
	if (host.json && !endpoint_host_name(word, rules->host_name))
		return field_wrong(&host, "it is no host name");
	if (!offer_from_json(&leases, 0, &rules->offer) &&
	    !offer_skipped_from_json(&skipped, &rules->offer))
		return 0;
	ocn_rules_free(rules);
	return -1;
}

/**
 * ocn_query - the parameters that ask for rules
 * @prefix: the prefix of the line
 * @len: its length
 * @code: the key of the contract
 * @query: the result
 * @why: set when one cannot be sent
 *
 * Return: 0, or -1.
 */
int ocn_query(const struct in6_addr *prefix, uint8_t len, const char *code,
	      struct query *query, struct reason *why)
{
	char buf[PREFIX_STRLEN];

	query_init(query);
	if (!*code)
		return reason_set(why, REASON_INVALID_REQUEST,
				  "the code is missing");
	if (query_add(query, "ipv6Prefix", format_ipv6(prefix, buf), why) ||
	    query_add_number(query, "ipv6PrefixLength", len, why))
		return -1;
	return query_add(query, "code", code, why);
}
