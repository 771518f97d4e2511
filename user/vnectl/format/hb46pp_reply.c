// SPDX-License-Identifier: GPL-2.0
/* What the server answers (section 3.4). A method that is broken, or not
 * there, is skipped, and so is what else can be done without.
 */
#include <stdio.h>
#include <string.h>

#include "base/json_field.h"
#include "format/hb46pp.h"
#include "softwire/rules.h"

#define ORDER_MAX	64
#define IPIP_MAX	16

/* Section 3.4, map_e / version. */
#define VERSION_DRAFT03	0
#define VERSION_RFC7597	1

/* true and 1, false and 0, or missing. */
static int read_mesh(const struct field *field, bool *mesh)
{
	uint32_t number;

	*mesh = false;
	if (!field->json)
		return 0;
	if (json_is_boolean(field->json))
		return field_bool(field, mesh);
	if (field_number(field, 0, 1, &number))
		return -1;
	*mesh = number;
	return 0;
}

static int read_rule(const struct field *object, struct lease_rule *rule)
{
	struct map_rule_params *params = &rule->params;
	struct field ipv6 = field_get(object, "ipv6");
	struct field ipv4 = field_get(object, "ipv4");
	struct field ea_len = field_get(object, "ea_length");
	struct field offset = field_get(object, "psid_offset");

	if (field_object(object) ||
	    field_prefix6(&ipv6, &params->ipv6, &params->ipv6_len) ||
	    field_prefix4(&ipv4, &params->ipv4, &params->ipv4_len) ||
	    field_byte(&ea_len, 48, &params->ea_len) ||
	    field_byte(&offset, 16, &params->psid_offset))
		return -1;
	return 0;
}

static int read_rules(const struct field *array, uint8_t iid,
		      struct lease *lease)
{
	struct lease_rule rule = { .params.iid = iid, .fmr = lease->mesh };

	return rules_read(array, 1, &rule, read_rule, lease);
}

static int read_map_e(const struct field *object, struct lease *lease)
{
	struct field version = field_get(object, "version");
	struct field mesh = field_get(object, "mesh");
	struct field br = field_get(object, "br");
	struct field rules = field_get(object, "rules");
	uint32_t number = VERSION_DRAFT03;

	version.code = REASON_UNSUPPORTED_TYPE;
	if (field_object(object) ||
	    (version.json && field_number(&version, VERSION_DRAFT03,
					  VERSION_RFC7597, &number)) ||
	    read_mesh(&mesh, &lease->mesh) ||
	    field_ipv6(&br, &lease->br.ipv6))
		return -1;
	return read_rules(&rules, number == VERSION_RFC7597 ?
			  MAP_IID_RFC7597 : MAP_IID_DRAFT03, lease);
}

static int read_map_t(const struct field *object, struct lease *lease)
{
	struct field dmr = field_get(object, "dmr");
	struct field rules = field_get(object, "rules");

	if (field_object(object) ||
	    field_prefix6(&dmr, &lease->dmr, &lease->dmr_len))
		return -1;
	return read_rules(&rules, MAP_IID_RFC7597, lease);
}

static int read_lw4o6(const struct field *object, struct lease *lease)
{
	struct field br = field_get(object, "lwaftr");
	struct field ipv6 = field_get(object, "ipv6");
	struct field ipv4 = field_get(object, "ipv4");
	struct field psid = field_get(object, "psid");
	struct field len = field_get(object, "psid_length");
	struct field offset = field_get(object, "psid_offset");
	struct lease_rule rule = { .params.ipv4_len = 32 };
	struct map_rule_params *params = &rule.params;
	uint32_t number;

	if (field_object(object) || field_endpoint(&br, &lease->br) ||
	    field_prefix6(&ipv6, &params->ipv6, &params->ipv6_len) ||
	    field_ipv4(&ipv4, &params->ipv4) ||
	    field_number(&psid, 0, 65535, &number) ||
	    field_byte(&len, 16, &params->psid_len) ||
	    field_byte(&offset, 16, &params->psid_offset))
		return -1;
	params->psid = number;
	return lease_add_rule(lease, &rule, object->why);
}

static int read_dslite(const struct field *object, struct lease *lease)
{
	struct field aftr = field_get(object, "aftr");

	if (field_object(object))
		return -1;
	return field_endpoint(&aftr, &lease->br);
}

static int read_464xlat(const struct field *object, struct lease *lease)
{
	struct field prefix = field_get(object, "nat64prefix");

	if (field_object(object))
		return -1;
	return field_prefix6(&prefix, &lease->dmr, &lease->dmr_len);
}

static int read_ipip(const struct field *object, struct lease *lease)
{
	struct field local = field_get(object, "ipv6_local");
	struct field remote = field_get(object, "ipv6_remote");
	struct field ipv4 = field_get(object, "ipv4");

	if (field_object(object) || field_ipv6(&local, &lease->local) ||
	    field_ipv6(&remote, &lease->br.ipv6))
		return -1;
	return field_interface4(&ipv4, &lease->ipv4, &lease->ipv4_len);
}

/**
 * struct method - a method, as the standard names it
 * @name: its name
 * @method: enum lease_method
 * @read: reads its object
 */
struct method {
	const char *name;
	enum lease_method method;
	int (*read)(const struct field *object, struct lease *lease);
};

static const struct method methods[] = {
	{ "464xlat", LEASE_464XLAT, read_464xlat },
	{ "dslite", LEASE_DS_LITE, read_dslite },
	{ "ipip", LEASE_IPIP, read_ipip },
	{ "lw4o6", LEASE_LW4O6, read_lw4o6 },
	{ "map_e", LEASE_MAP_E, read_map_e },
	{ "map_t", LEASE_MAP_T, read_map_t },
};

static const struct method *find_method(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!strcmp(name, methods[i].name))
			return &methods[i];
	return NULL;
}

static void add_lease(const struct method *method, const struct field *object,
		      struct offer *offer)
{
	struct lease lease;

	lease_init(&lease, method->method);
	if (!method->read(object, &lease)) {
		if (!offer_add(offer, &lease, object->why))
			return;
	} else {
		lease_free(&lease);
	}
	offer_skip(offer, method->name, object->why);
}

/* Of ipip there are several. */
static void add_method(const struct method *method, const struct field *top,
		       struct offer *offer)
{
	struct field value = field_get(top, method->name), object;
	size_t i;

	if (method->method != LEASE_IPIP) {
		add_lease(method, &value, offer);
		return;
	}
	if (field_array(&value, 1, IPIP_MAX)) {
		offer_skip(offer, method->name, top->why);
		return;
	}
	for (i = 0; i < json_array_size(value.json); i++) {
		object = field_at(&value, i);
		add_lease(method, &object, offer);
	}
}

static void add_ordered(const struct field *name, const struct field *top,
			unsigned int *seen, struct offer *offer)
{
	const struct method *method;
	const char *word;

	if (field_string(name, 32, &word)) {
		offer_skip(offer, "order", name->why);
		return;
	}
	method = find_method(word);
	if (!method) {
		reason_set(name->why, REASON_UNSUPPORTED_TYPE,
			   "method \"%s\" is unknown", word);
		offer_skip(offer, word, name->why);
		return;
	}
	if (*seen & 1u << method->method)
		return;
	*seen |= 1u << method->method;
	add_method(method, top, offer);
}

static int read_order(const struct field *top, struct hb46pp_reply *reply)
{
	struct field order = field_get(top, "order"), name;
	unsigned int seen = 0;
	size_t i;

	if (field_array(&order, 0, ORDER_MAX))
		return -1;
	reply->ordered = json_array_size(order.json);
	for (i = 0; i < reply->ordered; i++) {
		name = field_at(&order, i);
		add_ordered(&name, top, &seen, &reply->offer);
	}
	return 0;
}

/* Control characters, those of UTF-8 with two bytes too, would act on the
 * terminal on which a name is shown.
 */
static void hide_controls(char *text)
{
	unsigned char *c;

	for (c = (unsigned char *)text; *c; c++) {
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			*c++ = '?';
		else if (*c >= ' ' && *c != 0x7f)
			continue;
		*c = '?';
	}
}

/* Names are for people only: nothing depends on them. */
static void read_name(const struct field *top, const char *key, char *name,
		      struct offer *offer)
{
	struct field field = field_get(top, key);
	const char *text;

	if (!field.json)
		return;
	if (field_string(&field, HB46PP_NAME_LEN, &text)) {
		offer_skip(offer, key, top->why);
		return;
	}
	snprintf(name, HB46PP_NAME_LEN + 1, "%s", text);
	hide_controls(name);
}

/* The standard allows no more than a week: then it is a week. */
static void read_ttl(const struct field *top, struct hb46pp_reply *reply)
{
	struct field ttl = field_get(top, "ttl");

	if (!ttl.json)
		return;
	if (!field_number(&ttl, 0, HB46PP_TTL_MAX, &reply->ttl)) {
		reply->has_ttl = true;
		return;
	}
	offer_skip(&reply->offer, "ttl", top->why);
	if (json_integer_value(ttl.json) > HB46PP_TTL_MAX) {
		reply->ttl = HB46PP_TTL_MAX;
		reply->has_ttl = true;
	}
}

static void read_token(const struct field *top, struct hb46pp_reply *reply)
{
	struct field token = field_get(top, "token");
	const char *word;

	if (!token.json)
		return;
	if (field_string(&token, HB46PP_TOKEN_LEN, &word) ||
	    (!hb46pp_token_valid(word) &&
	     field_wrong(&token, "64 digits and letters from a to f are expected")))
		offer_skip(&reply->offer, "token", top->why);
	else
		snprintf(reply->token, sizeof(reply->token), "%s", word);
}

static const char *const auth_words[] = {
	[HB46PP_AUTH_REQ] = "req",
	[HB46PP_AUTH_BAD] = "bad",
	[HB46PP_AUTH_OK] = "ok",
};

static void read_auth(const struct field *top, struct hb46pp_reply *reply)
{
	struct field auth = field_get(top, "auth");
	const char *word;
	unsigned int i;

	if (!auth.json)
		return;
	if (!field_string(&auth, 32, &word)) {
		for (i = HB46PP_AUTH_REQ; i <= HB46PP_AUTH_OK; i++)
			if (!strcmp(word, auth_words[i]))
				reply->auth = i;
		if (reply->auth)
			return;
		field_wrong(&auth, "\"%s\" is neither req, bad nor ok", word);
	}
	offer_skip(&reply->offer, "auth", top->why);
}

/* All but what it offers. */
static void read_words(const struct field *top, struct hb46pp_reply *reply)
{
	struct offer *offer = &reply->offer;

	read_name(top, "enabler_name", reply->enabler_name, offer);
	read_name(top, "service_name", reply->service_name, offer);
	read_name(top, "isp_name", reply->isp_name, offer);
	read_ttl(top, reply);
	read_token(top, reply);
	read_auth(top, reply);
}

/**
 * hb46pp_reply - read what the server answers
 * @text: the body
 * @len: its length
 * @reply: the result, to be freed
 * @why: set when it cannot be understood; then there is no result
 *
 * Return: 0, or -1.
 */
int hb46pp_reply(const char *text, size_t len, struct hb46pp_reply *reply,
		 struct reason *why)
{
	json_t *json = field_load(text, len, why);
	struct reason skipped;
	struct field top;
	int ret;

	memset(reply, 0, sizeof(*reply));
	if (!json)
		return -1;
	top = field_top(json, why);
	ret = field_object(&top);
	if (!ret) {
		top.why = &skipped;
		read_words(&top, reply);
		ret = read_order(&top, reply);
		if (ret)
			*why = skipped;
	}
	json_decref(json);
	return ret;
}

/**
 * hb46pp_reply_free - free what a reply holds
 * @reply: the reply
 */
void hb46pp_reply_free(struct hb46pp_reply *reply)
{
	offer_free(&reply->offer);
}

static void set_word(json_t *to, const char *key, const char *word)
{
	if (*word)
		json_object_set_new(to, key, json_string(word));
}

/**
 * hb46pp_reply_json - the plain form of what the server answered
 * @reply: the answer
 *
 * Return: an object, to be released; it has the token.
 */
json_t *hb46pp_reply_json(const struct hb46pp_reply *reply)
{
	json_t *to = json_pack("{s:i, s:o, s:o}", "ordered", reply->ordered,
			       "leases", offer_json(&reply->offer), "skipped",
			       offer_skipped_json(&reply->offer));

	set_word(to, "enabler_name", reply->enabler_name);
	set_word(to, "service_name", reply->service_name);
	set_word(to, "isp_name", reply->isp_name);
	set_word(to, "token", reply->token);
	if (reply->auth)
		set_word(to, "auth", auth_words[reply->auth]);
	if (reply->has_ttl)
		json_object_set_new(to, "ttl", json_integer(reply->ttl));
	return to;
}

/**
 * hb46pp_reply_from_json - read what hb46pp_reply_json() wrote
 * @json: what is read, not to be trusted
 * @reply: the result, to be freed
 * @why: set when it is wrong; then there is no result
 *
 * Return: 0, or -1.
 */
int hb46pp_reply_from_json(json_t *json, struct hb46pp_reply *reply,
			   struct reason *why)
{
	static const char *const keys[] = {
		"ordered", "leases", "skipped", "enabler_name", "service_name",
		"isp_name", "token", "auth", "ttl", NULL
	};
	struct field top = field_top(json, why);
	struct field ordered = field_get(&top, "ordered");
	struct field leases = field_get(&top, "leases");
	struct field skipped = field_get(&top, "skipped");

	memset(reply, 0, sizeof(*reply));
	if (!field_known(&top, keys)) {
		read_words(&top, reply);
		if (!field_number(&ordered, 0, ORDER_MAX, &reply->ordered) &&
		    !offer_from_json(&leases, 0, &reply->offer) &&
		    !offer_skipped_from_json(&skipped, &reply->offer) &&
		    (reply->offer.count || reply->offer.skipped_count ||
		     !reply->ordered ||
		     field_wrong(&leases, "there are neither leases nor reasons")))
			return 0;
	}
	hb46pp_reply_free(reply);
	return -1;
}
