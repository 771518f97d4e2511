// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/json_field.h"
#include "softwire/rules.h"
#include "format/v6plus.h"

#define CALLBACK_MAX	64

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool callback_valid(const char *name)
{
	size_t len;

	for (len = 0; isalnum((unsigned char)name[len]) ||
	     (name[len] && strchr("_$.", name[len])); len++)
		;
	return len && len <= CALLBACK_MAX && !name[len] &&
		!isdigit((unsigned char)*name);
}

/**
 * v6plus_id_valid - is it something that the server can have given?
 * @id: the word
 *
 * Return: true if it is.
 */
bool v6plus_id_valid(const char *id)
{
	size_t len;

	for (len = 0; isalnum((unsigned char)id[len]); len++)
		;
	return len && len <= V6PLUS_ID_LEN && !id[len];
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

static int not_wrapped(const char *name, struct reason *why)
{
	return reason_set(why, REASON_INVALID_REPLY,
			  "the reply is not of the form %s({...})", name);
}

/* The text between "NAME(" and ")", with NAME as it was asked for, or "?"; all of
 * it where the server has not wrapped its object.
 */
static int unwrap(const char **text, size_t *len, const char *callback,
		  struct reason *why)
{
	const char *name = callback && *callback ? callback : "?";
	const char *at = *text, *end = *text + *len;
	size_t size = strlen(name);

	if (end - at >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	at = skip_space(at, end);
	if (at < end && *at == '{')
		return 0;
	while (at < end && is_space(end[-1]))
		end--;
	if (at < end && end[-1] == ';')
		end--;
	while (at < end && is_space(end[-1]))
		end--;
	if ((size_t)(end - at) < size + 2 || memcmp(at, name, size))
		return not_wrapped(name, why);
	at = skip_space(at + size, end);
	if (end - at < 2 || *at != '(' || end[-1] != ')')
		return not_wrapped(name, why);
	*text = at + 1;
	*len = end - 1 - *text;
	return 0;
}

static json_t *load(const char *text, size_t len, const char *callback,
		    struct reason *why)
{
	struct field top;
	json_t *json;

	if (unwrap(&text, &len, callback, why))
		return NULL;
	json = field_load(text, len, why);
	if (!json)
		return NULL;
	top = field_top(json, why);
	if (field_object(&top)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static int read_rule(const struct field *object, struct lease_rule *rule)
{
	struct map_rule_params *params = &rule->params;
	struct field ipv6 = field_get(object, "ipv6");
	struct field ipv4 = field_get(object, "ipv4");
	struct field ea_len = field_get(object, "ea_length");
	struct field offset = field_get(object, "psid_offset");
	uint32_t ea_bits, offset_bits;

	if (field_object(object) ||
	    field_prefix6(&ipv6, &params->ipv6, &params->ipv6_len) ||
	    field_prefix4(&ipv4, &params->ipv4, &params->ipv4_len) ||
	    field_number_word(&ea_len, 0, 48, &ea_bits) ||
	    field_number_word(&offset, 0, 16, &offset_bits))
		return -1;
	params->ea_len = ea_bits;
	params->psid_offset = offset_bits;
	return 0;
}

/* All rules are FMRs, with the interface identifier of draft 03. */
static int read_fmr(const struct field *array, struct lease *lease)
{
	static const struct lease_rule rule = {
		.params.iid = MAP_IID_DRAFT03,
		.fmr = true,
	};

	return rules_read(array, 0, &rule, read_rule, lease);
}

/* Rules are good without it, and it without a form that is known: one that
 * cannot be sent back is left out.
 */
static void read_id(const struct field *field, struct v6plus_rules *rules)
{
	const char *word = json_string_value(field->json);

	if (word && v6plus_id_valid(word))
		snprintf(rules->id, sizeof(rules->id), "%s", word);
}

/* {} and no rules are the answer to a line that is not to have any. */
static int read_rules(json_t *json, struct v6plus_rules *rules,
		      struct reason *why)
{
	struct field top = field_top(json, why);
	struct field dmr = field_get(&top, "dmr"), id = field_get(&top, "id");
	struct field fixlen = field_get(&top, "ipv6_fixlen");
	struct field fmr = field_get(&top, "fmr");
	uint32_t bits = 0;

	if (!json_object_size(json))
		return 0;
	read_id(&id, rules);
	if ((fixlen.json && field_number_word(&fixlen, 1, 128, &bits)) ||
	    read_fmr(&fmr, &rules->lease))
		return -1;
	rules->fixlen = bits;
	rules->found = rules->lease.count;
	if (!rules->found)
		return 0;
	if (field_ipv6(&dmr, &rules->lease.br.ipv6))
		return -1;
	return lease_check(&rules->lease, why);
}

/**
 * v6plus_rules - read what the rule server answers
 * @text: the body
 * @len: its length
 * @callback: the name that was asked for; NULL or empty for none
 * @rules: the result, to be freed
 * @why: set when it cannot be understood; then there is no result
 *
 * Return: 0, or -1.
 */
int v6plus_rules(const char *text, size_t len, const char *callback,
		 struct v6plus_rules *rules, struct reason *why)
{
	json_t *json;
	int ret = -1;

	memset(rules, 0, sizeof(*rules));
	lease_init(&rules->lease, LEASE_MAP_E);
	rules->lease.mesh = true;
	rules->lease.first_64 = true;
	json = load(text, len, callback, why);
	if (json)
		ret = read_rules(json, rules, why);
	json_decref(json);
	if (ret)
		v6plus_rules_free(rules);
	return ret;
}

/**
 * v6plus_rules_free - free what an answer holds
 * @rules: the answer
 */
void v6plus_rules_free(struct v6plus_rules *rules)
{
	lease_free(&rules->lease);
	explicit_bzero(rules->id, sizeof(rules->id));
}

/**
 * v6plus_rules_json - the plain form of what the rule server answered
 * @rules: the answer
 *
 * Return: an object, to be released; it has the identifier.
 */
json_t *v6plus_rules_json(const struct v6plus_rules *rules)
{
	json_t *to = json_object();

	if (*rules->id)
		json_object_set_new(to, "id", json_string(rules->id));
	if (rules->fixlen)
		json_object_set_new(to, "fixlen", json_integer(rules->fixlen));
	if (rules->found)
		json_object_set_new(to, "lease", lease_json(&rules->lease));
	return to;
}

/**
 * v6plus_rules_from_json - read what v6plus_rules_json() wrote
 * @json: what is read, not to be trusted
 * @rules: the result, to be freed
 * @why: set when it is wrong; then there is no result
 *
 * Return: 0, or -1.
 */
int v6plus_rules_from_json(json_t *json, struct v6plus_rules *rules,
			   struct reason *why)
{
	static const char *const keys[] = { "id", "fixlen", "lease", NULL };
	struct field top = field_top(json, why);
	struct field fixlen = field_get(&top, "fixlen");
	struct field id = field_get(&top, "id");
	uint32_t bits = 0;

	memset(rules, 0, sizeof(*rules));
	lease_init(&rules->lease, LEASE_MAP_E);
	if (field_known(&top, keys) ||
	    (fixlen.json && field_number(&fixlen, 1, 128, &bits)))
		return -1;
	read_id(&id, rules);
	rules->fixlen = bits;
	json = json_object_get(json, "lease");
	rules->found = json;
	return json ? lease_from_json(json, &rules->lease, why) : 0;
}

/**
 * v6plus_gateway - read what the home gateway answers
 * @text: the body
 * @len: its length
 * @callback: the name that was asked for; NULL or empty for none
 * @on: the gateway does MAP itself: nobody behind it must
 * @why: set when it cannot be understood
 *
 * Return: 0, or -1.
 */
int v6plus_gateway(const char *text, size_t len, const char *callback,
		   bool *on, struct reason *why)
{
	json_t *json = load(text, len, callback, why);
	struct field top = field_top(json, why);
	struct field status = field_get(&top, "status");
	const char *word;
	int ret = -1;

	if (json && !field_string(&status, 32, &word)) {
		*on = !strcmp(word, "ON");
		ret = *on || !strcmp(word, "OFF") ? 0 :
			field_wrong(&status, "\"%s\" is neither ON nor OFF",
				    word);
	}
	json_decref(json);
	return ret;
}

static int add_callback(struct query *query, const char *callback,
			struct reason *why)
{
	if (callback && *callback && !callback_valid(callback))
		return reason_set(why, REASON_INVALID_REQUEST,
				  "callback must be a name of 1 to %d characters",
				  CALLBACK_MAX);
	return query_add(query, "callback", callback ? callback : "", why);
}

static int add_id(struct query *query, const char *id, struct reason *why)
{
	if (id && *id && !v6plus_id_valid(id))
		return reason_set(why, REASON_INVALID_REQUEST,
				  "id must be 1 to %d letters and digits",
				  V6PLUS_ID_LEN);
	return query_add(query, "id", id ? id : "", why);
}

/**
 * v6plus_rules_query - the parameters that ask for rules
 * @callback: name that the answer is to be wrapped in; NULL for none
 * @id: what the server gave the last time; NULL for nothing
 * @query: the result
 * @why: set when one cannot be sent
 *
 * Return: 0, or -1.
 */
int v6plus_rules_query(const char *callback, const char *id,
		       struct query *query, struct reason *why)
{
	query_init(query);
	if (callback && *callback && add_callback(query, callback, why))
		return -1;
	return id && *id ? add_id(query, id, why) : 0;
}

/**
 * v6plus_report_query - the parameters that report what is done
 * @callback: name that the answer is to be wrapped in; NULL for none
 * @action: what is done
 * @cause: why
 * @id: what the server gave the last time; NULL for nothing
 * @query: the result
 * @why: set when one cannot be sent
 *
 * Return: 0, or -1.
 */
int v6plus_report_query(const char *callback, enum v6plus_action action,
			enum v6plus_cause cause, const char *id,
			struct query *query, struct reason *why)
{
	query_init(query);
	if (add_callback(query, callback, why) ||
	    query_add_number(query, "action", action, why) ||
	    query_add_number(query, "reason", cause, why))
		return -1;
	return add_id(query, id, why);
}

/**
 * v6plus_gateway_query - the parameters that ask the home gateway
 * @callback: name that the answer is to be wrapped in; NULL for none
 * @query: the result
 * @why: set when it cannot be sent
 *
 * Return: 0, or -1.
 */
int v6plus_gateway_query(const char *callback, struct query *query,
			 struct reason *why)
{
	query_init(query);
	return add_callback(query, callback, why);
}
