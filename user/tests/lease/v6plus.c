// SPDX-License-Identifier: GPL-2.0
#include "softwire/bmr.h"
#include "test.h"
#include "format/v6plus.h"

#define ID	"0123456789abcdefghijABCDEFGHIJ01"
#define RULE	"{\"ipv6\":\"240b:10::/32\",\"ipv4\":\"106.72.0.0/16\"," \
		"\"ea_length\":24,\"psid_offset\":4}"
#define BODY(more) "{\"dmr\":\"2404:9200:225:100::64\",\"id\":\"" ID "\"," \
		"\"ipv6_fixlen\":56,\"fmr\":[" RULE more "]}"
#define LEASE	"{'method':'map-e','br':'2404:9200:225:100::64','mesh':true," \
		"'first_64':true,'rules':[{'ipv6':'240b:10::/32'," \
		"'ipv4':'106.72.0.0/16','ea_len':24,'psid_offset':4," \
		"'iid':'draft03','fmr':true}]}"

static int read_rules(const char *text, const char *callback,
		      struct v6plus_rules *rules, struct reason *why)
{
	return v6plus_rules(text, strlen(text), callback, rules, why);
}

static void refuses(const char *text, enum reason_code code, const char *says_)
{
	struct v6plus_rules rules;
	struct reason why;

	if (!read_rules(text, NULL, &rules, &why))
		fail_msg("accepted: %s", text);
	says(&why, code, says_);
	assert_null(rules.lease.rules);
}

static void wrappings(void **state)
{
	static const struct {
		const char *callback;
		const char *text;
	} cases[] = {
		{ NULL, "?(" BODY("") ")" },
		{ "", "?(" BODY("") ")" },
		{ "v6plus", "v6plus(" BODY("") ")" },
		{ "v6plus", " v6plus(" BODY("") ");\r\n" },
		{ "a.b$_1", "a.b$_1( " BODY("") " )" },
		/* A blank, a byte order mark, and no wrapping at all. */
		{ "v6plus", "v6plus (" BODY("") ") ;" },
		{ "v6plus", "\xef\xbb\xbfv6plus(" BODY("") ")" },
		{ "v6plus", BODY("") },
		{ NULL, "\xef\xbb\xbf " BODY("") "\n" },
	};
	struct v6plus_rules rules;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_rules(cases[i].text, cases[i].callback,
					    &rules, &why), 0);
		assert_true(rules.found);
		assert_string_equal(rules.id, ID);
		assert_int_equal(rules.fixlen, 56);
		lease_is(&rules.lease, LEASE);
		v6plus_rules_free(&rules);
	}
	assert_int_equal(read_rules("w6plus({})", "v6plus", &rules, &why), -1);
	says(&why, REASON_INVALID_REPLY, "v6plus({...})");
	assert_int_equal(read_rules("?({})", "v6plus", &rules, &why), -1);
	assert_int_equal(read_rules("v6plus({})", NULL, &rules, &why), -1);
}

/* Numbers come as numbers and as strings. */
static void numbers_as_strings(void **state)
{
	struct v6plus_rules rules;
	struct reason why;

	(void)state;
	assert_int_equal(read_rules("?({\"dmr\":\"2404:9200:225:100::64\",\"ipv6_fixlen\":\"64\",\"fmr\":[{\"ipv6\":\"240b:10::/32\",\"ipv4\":\"106.72.0.0/16\",\"ea_length\":\"24\",\"psid_offset\":\"4\"}]})",
				    NULL, &rules, &why), 0);
	assert_int_equal(rules.fixlen, 64);
	assert_string_equal(rules.id, "");
	lease_is(&rules.lease, LEASE);
	v6plus_rules_free(&rules);
}

/* Rules do not depend on it. */
static void ids(void **state)
{
	static const struct {
		const char *json;
		const char *id;
	} cases[] = {
		{ "\"a1\"", "a1" }, { "\"" ID ID "\"", ID ID },
		{ "\"" ID ID "x\"", "" }, { "\"\"", "" },
		{ "\"a b\"", "" }, { "5", "" }, { "null", "" },
	};
	struct v6plus_rules rules;
	struct reason why;
	char text[1024];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text),
			 "?({\"dmr\":\"2404:9200:225:100::64\",\"id\":%s,\"fmr\":[" RULE "]})",
			 cases[i].json);
		assert_int_equal(read_rules(text, NULL, &rules, &why), 0);
		assert_string_equal(rules.id, cases[i].id);
		lease_is(&rules.lease, LEASE);
		v6plus_rules_free(&rules);
	}
}

static void nothing_for_this_line(void **state)
{
	static const char *const cases[] = {
		"?({})", "?({\"id\":\"" ID "\",\"fmr\":[]})",
		"?({\"dmr\":\"2001:db8::1\",\"fmr\":[]})",
	};
	struct v6plus_rules rules;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_rules(cases[i], NULL, &rules, &why), 0);
		assert_false(rules.found);
		v6plus_rules_free(&rules);
	}
}

static void wrong_forms(void **state)
{
	static const char *const cases[] = {
		"", " ", ";", "?", "?(", "?()", "?({", "?({)", "?({}", "({})",
		"{} x", "?({}))", "?({}) x", "x?({})", "?([])", "?(5)",
		"?(\"x\")", "?({}{})", "?({} x)", "<html>", "?(null)",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		refuses(cases[i], REASON_INVALID_REPLY, "");
}

#define PREFIXES "\"ipv6\":\"240b::/32\",\"ipv4\":\"1.2.0.0/16\""
#define WITH(rule) "?({\"dmr\":\"2001:db8::1\",\"fmr\":[" RULE "," rule "]})"

static void wrong_values(void **state)
{
	(void)state;
	refuses("?({\"fmr\":[" RULE "]})", REASON_INVALID_REPLY,
		"dmr: a string is missing");
	refuses("?({\"dmr\":\"a.example\",\"fmr\":[" RULE "]})",
		REASON_INVALID_REPLY, "dmr: \"a.example\" is wrong: dmr must be an IPv6 address");
	refuses("?({\"dmr\":\"::1\",\"fmr\":[" RULE "]})",
		REASON_MISSING_ADDRESS, "no global unicast");
	refuses("?({\"dmr\":\"2001:db8::1\"})", REASON_INVALID_REPLY,
		"fmr: an array is missing");
	refuses("?({\"dmr\":\"2001:db8::1\",\"fmr\":{}})",
		REASON_INVALID_REPLY, "fmr: an array is expected");
	refuses("?({\"ipv6_fixlen\":129,\"fmr\":[]})", REASON_INVALID_REPLY,
		"ipv6_fixlen: 129 is wrong: ipv6_fixlen must be 1 to 128");
	refuses("?({\"ipv6_fixlen\":\"0x40\",\"fmr\":[]})",
		REASON_INVALID_REPLY, "ipv6_fixlen: an integer is expected");
	refuses("?({\"ipv6_fixlen\":\"\",\"fmr\":[]})", REASON_INVALID_REPLY,
		"ipv6_fixlen: ");
	refuses("?({\"a\":1,\"a\":2})", REASON_INVALID_REPLY, "duplicate");
	refuses(WITH("5"), REASON_INVALID_MAP_RULE,
		"fmr[1]: an object is expected");
	refuses(WITH("{}"), REASON_INVALID_MAP_RULE,
		"fmr[1].ipv6: a string is missing");
	refuses(WITH("{\"ipv6\":\"240b:10::1/32\"}"), REASON_INVALID_MAP_RULE,
		"fmr[1].ipv6: \"240b:10::1/32\" is wrong");
	refuses(WITH("{\"ipv6\":\"240b::/32\",\"ipv4\":\"1.2.3.4/33\"}"),
		REASON_INVALID_MAP_RULE, "fmr[1].ipv4: ");
	refuses(WITH("{\"ipv6\":\"240b::/32\",\"ipv4\":\"1.2.0.0/16\",\"ea_length\":true}"),
		REASON_INVALID_MAP_RULE, "fmr[1].ea_length: an integer is expected");
	refuses(WITH("{" PREFIXES ",\"ea_length\":24.0}"),
		REASON_INVALID_MAP_RULE, "fmr[1].ea_length: an integer is expected");
	refuses(WITH("{\"ipv6\":\"240b::/32\",\"ipv4\":\"1.2.0.0/16\",\"ea_length\":49}"),
		REASON_INVALID_MAP_RULE, "fmr[1].ea_length: 49 is wrong: ea_length must be 0 to 48");
	refuses(WITH("{\"ipv6\":\"240b::/32\",\"ipv4\":\"1.2.0.0/16\",\"ea_length\":\"-1\"}"),
		REASON_INVALID_MAP_RULE, "fmr[1].ea_length: an integer");
	refuses(WITH("{" PREFIXES ",\"ea_length\":\"99999999999999999999\"}"),
		REASON_INVALID_MAP_RULE, "fmr[1].ea_length: ");
	refuses(WITH("{" PREFIXES ",\"ea_length\":24,\"psid_offset\":9}"),
		REASON_INVALID_MAP_RULE, "fmr[1]: PSID offset and PSID length");
}

/* A line of v6plus: the vectors v6plus-31 and v6plus-32. A shorter prefix
 * that is delegated stands for its first /64.
 */
static void line(void **state)
{
	static const struct {
		const char *prefix;
		uint8_t len;
		const char *ipv6;
	} cases[] = {
		{ "240b:10:1234:5600::", 56,
		  "240b:10:1234:5600:6a:4812:3400:5600" },
		{ "240b:10:1234:5600::", 64,
		  "240b:10:1234:5600:6a:4812:3400:5600" },
		{ "240b:10:1::", 48, "240b:10:1:0:6a:4800:100:0" },
	};
	struct in6_addr prefix, should;
	struct v6plus_rules rules;
	struct reason why;
	struct bmr bmr;
	unsigned int i;

	(void)state;
	assert_int_equal(read_rules("?(" BODY("") ")", NULL, &rules, &why), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		prefix = ipv6(cases[i].prefix);
		assert_int_equal(bmr_find(&rules.lease, &prefix, cases[i].len,
					  &bmr, &why), 0);
		should = ipv6(cases[i].ipv6);
		assert_memory_equal(&bmr.ce.ipv6, &should, sizeof(should));
		assert_int_equal(bmr.prefix_len, 64);
		assert_true(bmr_is_fmr(&rules.lease, 0));
	}
	prefix = ipv6("240b:11:1234:5600::");
	assert_int_equal(bmr_find(&rules.lease, &prefix, 56, &bmr, &why), -1);
	says(&why, REASON_NO_MATCHING_PD, "240b:11:1234:5600::/64");
	v6plus_rules_free(&rules);
}

static void gateway(void **state)
{
	static const struct {
		const char *text;
		int ret;
		bool on;
	} cases[] = {
		{ "c({\"status\":\"ON\"})", 0, true },
		{ "c({\"status\":\"OFF\"})", 0, false },
		{ "c({\"status\":\"OFF\",\"more\":1});\n", 0, false },
		{ "c({\"status\":\"on\"})", -1, false },
		{ "c({\"status\":1})", -1, false },
		{ "c({\"status\":true})", -1, false },
		{ "c({\"status\":\"ON\",\"status\":\"OFF\"})", -1, false },
		{ "c({})", -1, false },
		{ "c([])", -1, false },
		{ "c()", -1, false },
		{ "d({\"status\":\"ON\"})", -1, false },
		{ "c (\t{\"status\":\"ON\"})", 0, true },
		{ "{\"status\":\"ON\"}", 0, true },
		{ "{}", -1, false },
		{ "<html></html>", -1, false },
		{ "", -1, false },
	};
	struct reason why;
	unsigned int i;
	bool on;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (v6plus_gateway(cases[i].text, strlen(cases[i].text), "c",
				   &on, &why) != cases[i].ret)
			fail_msg("%s", cases[i].text);
		if (!cases[i].ret)
			assert_int_equal(on, cases[i].on);
	}
}

static void queries(void **state)
{
	struct query query;
	struct reason why;
	char *name;

	(void)state;
	assert_int_equal(v6plus_rules_query(NULL, NULL, &query, &why), 0);
	query_is(&query, "");
	assert_int_equal(v6plus_rules_query("cb", ID, &query, &why), 0);
	query_is(&query, "callback=cb id=" ID);
	assert_int_equal(v6plus_report_query("cb", V6PLUS_START, V6PLUS_NORMAL,
					     ID, &query, &why), 0);
	query_is(&query, "callback=cb action=1 reason=0 id=" ID);
	assert_int_equal(v6plus_report_query(NULL, V6PLUS_STOP,
					     V6PLUS_ON_GATEWAY, NULL, &query,
					     &why), 0);
	query_is(&query, "callback= action=2 reason=4 id=");
	assert_int_equal(v6plus_report_query(NULL, V6PLUS_STOP, V6PLUS_MANUAL,
					     NULL, &query, &why), 0);
	assert_string_equal(query_value(&query, "reason"), "1");
	v6plus_report_query(NULL, V6PLUS_STOP, V6PLUS_ADDRESS_CHANGE, NULL,
			    &query, &why);
	assert_string_equal(query_value(&query, "reason"), "2");
	v6plus_report_query(NULL, V6PLUS_STOP, V6PLUS_RULE_MISMATCH, NULL,
			    &query, &why);
	assert_string_equal(query_value(&query, "reason"), "3");
	assert_int_equal(v6plus_gateway_query("cb", &query, &why), 0);
	query_is(&query, "callback=cb");
	assert_int_equal(v6plus_gateway_query("a b", &query, &why), -1);
	assert_int_equal(v6plus_gateway_query("1a", &query, &why), -1);
	assert_int_equal(v6plus_gateway_query("a&b", &query, &why), -1);
	assert_int_equal(v6plus_rules_query("cb", "x&y", &query, &why), -1);
	says(&why, REASON_INVALID_REQUEST, "id must be 1 to 64");
	name = repeat("a", 65);
	assert_int_equal(v6plus_gateway_query(name, &query, &why), -1);
	free(name);
}

int test_v6plus(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrappings),
		cmocka_unit_test(numbers_as_strings),
		cmocka_unit_test(ids),
		cmocka_unit_test(nothing_for_this_line),
		cmocka_unit_test(wrong_forms),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(line),
		cmocka_unit_test(gateway),
		cmocka_unit_test(queries),
	};

	return cmocka_run_group_tests_name("v6plus", tests, NULL, NULL);
}
