// SPDX-License-Identifier: GPL-2.0
/* A lease as JSON: what "show" prints and what is kept over a restart. Rules
 * have the keys of mapctl's.
 */
#include <string.h>

#include "base/json_field.h"
#include "map_attrs.h"
#include "parse.h"
#include "softwire/softwire.h"
#include "softwire/rules.h"

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *ipv6_json(const struct in6_addr *ipv6)
{
	char buf[PREFIX_STRLEN];

	return json_string(format_ipv6(ipv6, buf));
}

static json_t *rule_json(const struct lease_rule *rule)
{
	const struct map_rule_params *params = &rule->params;
	json_t *json = json_object();
	char buf[PREFIX_STRLEN];

	put(json, "ipv6", json_string(format_prefix6(&params->ipv6,
						     params->ipv6_len, buf)));
	put(json, "ipv4", json_string(format_prefix4(params->ipv4,
						     params->ipv4_len, buf)));
	put(json, "ea_len", json_integer(params->ea_len));
	put(json, "psid_offset", json_integer(params->psid_offset));
	if (params->psid_len)
		put(json, "psid_len", json_integer(params->psid_len));
	if (params->psid || rule->has_psid)
		put(json, "psid", json_integer(rule->has_psid ? rule->psid :
					       params->psid));
	if (rule->offset_assumed)
		put(json, "psid_offset_assumed", json_true());
	put(json, "iid", json_string(map_iids[params->iid]));
	put(json, "fmr", json_boolean(rule->fmr));
	return json;
}

static json_t *rules_json(const struct lease *lease)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < lease->count; i++)
		json_array_append_new(array, rule_json(&lease->rules[i]));
	return array;
}

static void put_br(json_t *json, const struct lease *lease)
{
	char buf[HOST_NAME_LEN + 1];
	json_t *sources;
	unsigned int i;

	if (!endpoint_is_set(&lease->br))
		return;
	put(json, "br", json_string(endpoint_format(&lease->br, buf)));
	if (!lease->sources_count)
		return;
	sources = json_array();
	for (i = 0; i < lease->sources_count; i++)
		json_array_append_new(sources, ipv6_json(&lease->sources[i]));
	put(json, "sources", sources);
}

/**
 * lease_json - a lease as JSON
 * @lease: a lease that lease_check() has nothing against
 *
 * Return: the object, to be released.
 */
json_t *lease_json(const struct lease *lease)
{
	json_t *json = json_object();
	char buf[PREFIX_STRLEN];

	put(json, "method", json_string(lease_method_name(lease->method)));
	put_br(json, lease);
	if (lease->dmr_len)
		put(json, "dmr", json_string(format_prefix6(&lease->dmr,
							    lease->dmr_len,
							    buf)));
	if (lease->ipv4_len) {
		put(json, "local", ipv6_json(&lease->local));
		put(json, "ipv4", json_string(format_prefix4(lease->ipv4,
							     lease->ipv4_len,
							     buf)));
	}
	if (lease->mesh)
		put(json, "mesh", json_true());
	if (lease->first_64)
		put(json, "first_64", json_true());
	if (lease->padded)
		put(json, "padded", json_true());
	if (lease->count)
		put(json, "rules", rules_json(lease));
	return json;
}

static int read_word(const struct field *field, const char *const *names,
		     unsigned int count, uint8_t *value)
{
	const char *word;
	unsigned int i;

	if (field_string(field, 32, &word))
		return -1;
	for (i = 0; i < count && strcmp(word, names[i]); i++)
		;
	if (i == count)
		return field_wrong(field, "\"%s\" is unknown", word);
	*value = i;
	return 0;
}

static int read_psid(const struct field *object, struct lease_rule *rule)
{
	struct field len = field_get(object, "psid_len");
	struct field psid = field_get(object, "psid");
	uint32_t bits = 0, value = 0;

	if (len.json && field_number(&len, 1, 16, &bits))
		return -1;
	if (psid.json && field_number(&psid, 0, 65535, &value))
		return -1;
	if (psid.json)
		lease_rule_set_psid(rule, bits, value);
	else
		rule->params.psid_len = bits;
	return 0;
}

static int read_flag(const struct field *object, const char *key, bool *value)
{
	struct field flag = field_get(object, key);

	return flag.json ? field_bool(&flag, value) : 0;
}

static int read_rule(const struct field *object, struct lease_rule *rule)
{
	static const char *const keys[] = {
		"ipv6", "ipv4", "ea_len", "psid_offset", "psid_len", "psid",
		"iid", "fmr", "psid_offset_assumed", NULL
	};
	struct map_rule_params *params = &rule->params;
	struct field ipv6 = field_get(object, "ipv6");
	struct field ipv4 = field_get(object, "ipv4");
	struct field ea_len = field_get(object, "ea_len");
	struct field offset = field_get(object, "psid_offset");
	struct field iid = field_get(object, "iid");
	struct field fmr = field_get(object, "fmr");

	if (field_known(object, keys) ||
	    field_prefix6(&ipv6, &params->ipv6, &params->ipv6_len) ||
	    field_prefix4(&ipv4, &params->ipv4, &params->ipv4_len) ||
	    field_byte(&ea_len, 48, &params->ea_len) ||
	    field_byte(&offset, 16, &params->psid_offset) ||
	    read_word(&iid, map_iids, MAP_IID_MAX + 1, &params->iid) ||
	    field_bool(&fmr, &rule->fmr) ||
	    read_flag(object, "psid_offset_assumed", &rule->offset_assumed))
		return -1;
	return read_psid(object, rule);
}

static int read_rules(const struct field *array, struct lease *lease)
{
	static const struct lease_rule rule;

	if (!array->json)
		return 0;
	return rules_read(array, 1, &rule, read_rule, lease);
}

static int read_sources(const struct field *array, struct lease *lease)
{
	struct field source;
	size_t i;

	if (!array->json)
		return 0;
	if (field_array(array, 1, LEASE_SOURCES_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++) {
		source = field_at(array, i);
		if (field_ipv6(&source, &lease->sources[i]))
			return -1;
		lease->sources_count++;
	}
	return 0;
}

static int read_values(const struct field *top, struct lease *lease)
{
	struct field br = field_get(top, "br"), dmr = field_get(top, "dmr");
	struct field local = field_get(top, "local");
	struct field ipv4 = field_get(top, "ipv4");
	struct field rules = field_get(top, "rules");
	struct field sources = field_get(top, "sources");

	if ((br.json && field_endpoint(&br, &lease->br)) ||
	    (dmr.json && field_prefix6(&dmr, &lease->dmr, &lease->dmr_len)) ||
	    (local.json && field_ipv6(&local, &lease->local)) ||
	    (ipv4.json && field_interface4(&ipv4, &lease->ipv4,
					   &lease->ipv4_len)) ||
	    read_sources(&sources, lease) ||
	    read_flag(top, "mesh", &lease->mesh) ||
	    read_flag(top, "first_64", &lease->first_64) ||
	    read_flag(top, "padded", &lease->padded))
		return -1;
	return read_rules(&rules, lease);
}

/**
 * lease_from_json - read what lease_json() wrote
 * @json: what is read
 * @lease: the result, to be freed
 * @why: set when it is wrong; then there is no result
 *
 * Nothing is taken on trust: the file may be damaged, or have been edited. A
 * key that is there twice is for field_load() to refuse.
 *
 * Return: 0, or -1.
 */
int lease_from_json(json_t *json, struct lease *lease, struct reason *why)
{
	static const char *const keys[] = {
		"method", "br", "sources", "dmr", "local", "ipv4", "mesh",
		"first_64", "padded", "rules", NULL
	};
	struct field top = field_top(json, why);
	struct field method = field_get(&top, "method");
	const char *word;
	int found;

	lease_init(lease, LEASE_MAP_E);
	if (field_known(&top, keys) || field_string(&method, 32, &word))
		return -1;
	found = lease_method_find(word);
	if (found < 0)
		return field_wrong(&method, "\"%s\" is unknown", word);
	lease_init(lease, found);
	if (!read_values(&top, lease) && !lease_check(lease, why))
		return 0;
	lease_free(lease);
	return -1;
}
