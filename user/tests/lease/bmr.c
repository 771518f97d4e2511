// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>

#include "softwire/bmr.h"
#include "parse.h"
#include "test.h"

static void add_rule(struct lease *lease, const char *ipv6_prefix,
		     const char *ipv4_prefix, uint8_t ea_len, bool fmr)
{
	struct lease_rule rule = { .params.ea_len = ea_len,
				   .params.psid_offset = 6, .fmr = fmr };
	struct arg_error err;
	struct in_addr ipv4;
	struct reason why;

	assert_int_equal(parse_prefix6(ipv6_prefix, "ipv6", &rule.params.ipv6,
				       &rule.params.ipv6_len, &err), 0);
	assert_int_equal(parse_prefix4(ipv4_prefix, "ipv4", &ipv4,
				       &rule.params.ipv4_len, &err), 0);
	rule.params.ipv4 = ipv4.s_addr;
	assert_int_equal(lease_add_rule(lease, &rule, &why), 0);
}

static int find(const struct lease *lease, const char *prefix,
		struct bmr *bmr, struct reason *why)
{
	struct in6_addr addr;
	struct arg_error err;
	uint8_t len;

	assert_int_equal(parse_prefix6(prefix, "prefix", &addr, &len, &err),
			 0);
	return bmr_find(lease, &addr, len, bmr, why);
}

static void ce_is(const struct bmr *bmr, const char *ipv4, const char *address,
		  unsigned int psid)
{
	struct in6_addr should = ipv6(address);
	char buf[PREFIX_STRLEN];

	assert_string_equal(format_ipv4(bmr->ce.ipv4, buf), ipv4);
	assert_memory_equal(&bmr->ce.ipv6, &should, sizeof(should));
	assert_int_equal(bmr->ce.ports.psid, psid);
}

static const char *text_of(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int number_of(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* Beside a rule that is shorter and one that is another's. */
static void check_vector(json_t *vector)
{
	json_t *in = json_object_get(vector, "input");
	json_t *expect = json_object_get(vector, "expect");
	struct lease_rule *rule;
	struct lease lease;
	struct reason why;
	struct bmr bmr;

	lease_init(&lease, LEASE_MAP_E);
	add_rule(&lease, "2000::/8", "198.51.100.0/24", 16, false);
	add_rule(&lease, text_of(in, "rule_ipv6"), text_of(in, "rule_ipv4"),
		 number_of(in, "ea_len"), false);
	add_rule(&lease, "fd00::/64", "198.51.100.0/24", 0, false);
	rule = &lease.rules[1];
	rule->params.psid_offset = number_of(in, "psid_offset");
	rule->params.iid = !strcmp(text_of(in, "iid"), "draft03");
	rule->params.psid_len = number_of(in, "psid_len");
	if (number_of(in, "psid"))
		lease_rule_set_psid(rule, rule->params.psid_len,
				    number_of(in, "psid"));
	if (find(&lease, text_of(in, "end_user_prefix"), &bmr, &why))
		fail_msg("%s: %s", text_of(vector, "name"), why.text);
	assert_int_equal(bmr.index, 1);
	ce_is(&bmr, text_of(expect, "map_ipv4_addr"),
	      text_of(expect, "map_ipv6_addr"), number_of(expect, "psid"));
	assert_int_equal(bmr.ce.ports.len, number_of(expect, "psid_len"));
	lease_free(&lease);
}

static void vectors(void **state)
{
	json_t *root, *vector;
	json_error_t error;
	size_t i;

	(void)state;
	root = json_load_file(vectors_file, 0, &error);
	assert_true(json_array_size(root) > 5);
	json_array_foreach(root, i, vector)
		check_vector(vector);
	json_decref(root);
}

/* RFC 7597, section 5.2: the longest match, whatever the order. */
static void longest_match(void **state)
{
	static const struct {
		const char *prefix;
		unsigned int index;
	} cases[] = {
		{ "2001:db8:12:3400::/56", 1 },
		{ "2001:db8:100:3400::/56", 0 },
		{ "2001:db8:13:3400::/56", 2 },
	};
	struct lease lease;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	(void)state;
	lease_init(&lease, LEASE_MAP_T);
	add_rule(&lease, "2001:db8::/32", "192.0.0.0/16", 24, true);
	add_rule(&lease, "2001:db8:12::/48", "192.0.2.0/24", 8, false);
	add_rule(&lease, "2001:db8::/40", "192.0.3.0/24", 16, true);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(find(&lease, cases[i].prefix, &bmr, &why), 0);
		assert_int_equal(bmr.index, cases[i].index);
	}
	lease_free(&lease);
}

/* RFC 7597, section 5: no FMR without mesh; RFC 7598, section 4.1: none
 * without the F flag.
 */
static void forwarding(void **state)
{
	struct lease lease;

	(void)state;
	lease_init(&lease, LEASE_MAP_E);
	add_rule(&lease, "2001:db8::/32", "192.0.0.0/16", 24, true);
	add_rule(&lease, "2001:db9::/32", "192.1.0.0/16", 24, false);
	assert_false(bmr_is_fmr(&lease, 0));
	lease.mesh = true;
	assert_true(bmr_is_fmr(&lease, 0));
	assert_false(bmr_is_fmr(&lease, 1));
	lease_free(&lease);
}

static void no_rule(void **state)
{
	static const struct {
		const char *prefix;
		enum reason_code code;
		const char *says;
	} cases[] = {
		{ "2001:db9::/56", REASON_NO_MATCHING_PD,
		  "end-user prefix 2001:db9::/56 is in the IPv6 prefix of no rule" },
		/* RFC 7597, section 5.2: n + o must not be more. */
		{ "2001:db8::/55", REASON_NO_MATCHING_PD,
		  "end-user prefix 2001:db8::/55 end-user prefix is shorter" },
		{ "2001:db8::/39", REASON_NO_MATCHING_PD, "of no rule" },
		{ "2001:db8:12:3400::/65", REASON_NO_MATCHING_PD,
		  "is longer than 64 bits" },
		{ "2001:db8::1/128", REASON_NO_MATCHING_PD, "longer than 64" },
		{ "::/0", REASON_MISSING_ADDRESS, "there is no end-user prefix" },
		{ "::/64", REASON_MISSING_ADDRESS, "there is no end-user" },
	};
	struct in6_addr addr = ipv6("2001:db8::");
	struct lease lease;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	(void)state;
	lease_init(&lease, LEASE_MAP_E);
	add_rule(&lease, "2001:db8::/40", "192.0.2.0/24", 16, true);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!find(&lease, cases[i].prefix, &bmr, &why))
			fail_msg("accepted: %s", cases[i].prefix);
		says(&why, cases[i].code, cases[i].says);
	}
	assert_int_equal(bmr_find(&lease, &addr, 255, &bmr, &why), -1);
	lease_free(&lease);
}

static void methods_without_rules(void **state)
{
	static const enum lease_method methods[] = {
		LEASE_DS_LITE, LEASE_464XLAT, LEASE_IPIP
	};
	struct lease lease;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		lease_init(&lease, methods[i]);
		assert_int_equal(find(&lease, "2001:db8::/56", &bmr, &why),
				 -1);
		says(&why, REASON_UNSUPPORTED_TYPE, "has no rules");
	}
	lease_init(&lease, LEASE_LW4O6);
	assert_int_equal(find(&lease, "2001:db8::/56", &bmr, &why), -1);
	says(&why, REASON_MISSING_ADDRESS, "lw4o6 without an IPv4 address");
}

/* A shorter prefix that is delegated, with sources that want its first /64. */
static void first_64(void **state)
{
	struct lease lease;
	struct reason why;
	struct bmr bmr;

	(void)state;
	lease_init(&lease, LEASE_MAP_E);
	add_rule(&lease, "2001:db8::/40", "192.0.2.0/24", 16, true);
	assert_int_equal(find(&lease, "2001:db8:12::/48", &bmr, &why), -1);
	lease.first_64 = true;
	assert_int_equal(find(&lease, "2001:db8:12::/48", &bmr, &why), 0);
	assert_int_equal(bmr.prefix_len, 64);
	ce_is(&bmr, "192.0.2.18", "2001:db8:12:0:0:c000:212:0", 0);
	lease_free(&lease);
}

/* RFC 7598, section 4.5: an explicit PSID must be used, though the EA bits
 * have another one. Of the address they are to be believed.
 */
static void explicit_psid(void **state)
{
	struct lease lease;
	struct reason why;
	struct bmr bmr;

	(void)state;
	lease_init(&lease, LEASE_MAP_E);
	lease.br.ipv6 = ipv6("2001:db8:ffff::1");
	add_rule(&lease, "2001:db8::/40", "192.0.2.0/24", 16, true);
	lease_rule_set_psid(&lease.rules[0], 8, 0x56);
	assert_int_equal(lease_check(&lease, &why), 0);
	assert_int_equal(find(&lease, "2001:db8:12:3400::/56", &bmr, &why), 0);
	ce_is(&bmr, "192.0.2.18", "2001:db8:12:3400:0:c000:212:56", 0x56);
	assert_int_equal(bmr.ce.ports.len, 8);
	assert_int_equal(bmr.ce.ports.offset, 6);
	assert_true(map_rule_valid(&bmr.params, NULL));
	assert_int_equal(bmr.params.ea_len, 0);

	/* The same PSID changes nothing. */
	assert_int_equal(find(&lease, "2001:db8:12:5600::/56", &bmr, &why), 0);
	ce_is(&bmr, "192.0.2.18", "2001:db8:12:5600:0:c000:212:56", 0x56);
	assert_int_equal(bmr.params.ea_len, 16);
	lease_free(&lease);
}

/* RFC 7596, section 5.1: the longer of binding prefix and delegated prefix is
 * the subnet; what is missing up to 64 bits is zero.
 */
static void binding(void **state)
{
	static const struct {
		const char *binding;
		const char *prefix;
		const char *ipv6;
	} cases[] = {
		{ "2001:db8:1:cafe::/64", "2001:db8:1:ca00::/56",
		  "2001:db8:1:cafe:0:c000:203:3" },
		{ "2001:db8:1:cafe::/64", "2001:db8:1:cafe::/64",
		  "2001:db8:1:cafe:0:c000:203:3" },
		{ "2001:db8::/32", "2001:db8:1:ca00::/56",
		  "2001:db8:1:ca00:0:c000:203:3" },
		{ "::/0", "2001:db8:1:ca00::/56",
		  "2001:db8:1:ca00:0:c000:203:3" },
		{ "2001:db8:1:cafe::9/128", "2001:db8:1:ca00::/56",
		  "2001:db8:1:cafe::9" },
		{ "2001:db8:2::/64", "2001:db8:1:ca00::/56", NULL },
	};
	struct lease lease;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		lease_init(&lease, LEASE_LW4O6);
		add_rule(&lease, cases[i].binding, "192.0.2.3/32", 0, false);
		lease.rules[0].params.psid_offset = 0;
		lease_rule_set_psid(&lease.rules[0], 4, 3);
		if (!cases[i].ipv6) {
			assert_int_equal(find(&lease, cases[i].prefix, &bmr,
					      &why), -1);
			says(&why, REASON_NO_MATCHING_PD, "has nothing to do with");
		} else {
			assert_int_equal(find(&lease, cases[i].prefix, &bmr,
					      &why), 0);
			ce_is(&bmr, "192.0.2.3", cases[i].ipv6, 3);
			/* 4096 ports, the first is PSID * 4096. */
			assert_int_equal(map_port_set_nth(&bmr.ce.ports, 0),
					 12288);
			assert_int_equal(map_port_set_size(&bmr.ce.ports),
					 4096);
		}
		lease_free(&lease);
	}
}

int test_bmr(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(longest_match),
		cmocka_unit_test(forwarding),
		cmocka_unit_test(no_rule),
		cmocka_unit_test(methods_without_rules),
		cmocka_unit_test(first_64),
		cmocka_unit_test(explicit_psid),
		cmocka_unit_test(binding),
	};

	return cmocka_run_group_tests_name("bmr", tests, NULL, NULL);
}
