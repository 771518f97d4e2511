// SPDX-License-Identifier: GPL-2.0
#include "softwire/bmr.h"
#include "format/ocn.h"
#include "test.h"

#define STRINGS	"{\"brIpv6Address\":\"2001:380:a120::9\"," \
		"\"ipv6Prefix\":\"2400:4050::\",\"ipv6PrefixLength\":\"38\"," \
		"\"ipv4Prefix\":\"153.240.0.0\",\"ipv4PrefixLength\":\"20\"," \
		"\"eaBitLength\":\"18\",\"psIdOffset\":\"6\"}"
#define NUMBERS	"{\"brIpv6Address\":\"2001:380:a120::9\"," \
		"\"ipv6Prefix\":\"2400:4051::\",\"ipv6PrefixLength\":38," \
		"\"ipv4Prefix\":\"153.241.0.0\",\"ipv4PrefixLength\":20," \
		"\"eaBitLength\":18,\"psIdOffset\":6}"
#define RULE(v6, v4, ea, more) "{\"brIpv6Address\":\"2001:db8::1\"," \
		"\"ipv6Prefix\":\"2001:db8::\",\"ipv6PrefixLength\":" v6 "," \
		"\"ipv4Prefix\":\"192.0.2.0\",\"ipv4PrefixLength\":" v4 "," \
		"\"eaBitLength\":" ea ",\"psIdOffset\":6" more "}"
#define RULES(list) "{\"hostName\":\"h.example\",\"basicMapRules\":[" list "]}"

static int read_rules(const char *text, struct ocn_rules *rules,
		      struct reason *why)
{
	return ocn_rules(text, strlen(text), rules, why);
}

static void refuses(const char *text, enum reason_code code, const char *says_)
{
	struct ocn_rules rules;
	struct reason why;

	if (!read_rules(text, &rules, &why))
		fail_msg("accepted: %s", text);
	says(&why, code, says_);
	assert_int_equal(rules.offer.count, 0);
}

static void strings_and_numbers(void **state)
{
	struct ocn_rules rules;
	struct reason why;

	(void)state;
	assert_int_equal(read_rules(RULES(STRINGS "," NUMBERS), &rules, &why),
			 0);
	assert_string_equal(rules.host_name, "h.example");
	assert_int_equal(rules.offer.count, 1);
	lease_is(&rules.offer.leases[0],
		 "{'method':'map-e','br':'2001:380:a120::9','rules':[{'ipv6':'2400:4050::/38','ipv4':'153.240.0.0/20','ea_len':18,'psid_offset':6,'iid':'draft03','fmr':false},{'ipv6':'2400:4051::/38','ipv4':'153.241.0.0/20','ea_len':18,'psid_offset':6,'iid':'draft03','fmr':false}]}");
	assert_false(bmr_is_fmr(&rules.offer.leases[0], 1));
	ocn_rules_free(&rules);
}

#define WIDE	"{\"brIpv6Address\":\"2001:380:a120::9\"," \
		"\"ipv6Prefix\":\"2001:db8::\"," \
		"\"ipv6PrefixLength\":\"30\"," \
		"\"ipv4Prefix\":\"10.0.0.0\"," \
		"\"ipv4PrefixLength\":\"12\",\"eaBitLength\":26," \
		"\"psIdOffset\":\"6\",\"psId\":\"21\"}"

/* The figures of the vector wide-rule, which is a rule of this kind. */
static void line(void **state)
{
	struct in6_addr prefix = ipv6("2001:db8:5555:5500::"), should;
	struct ocn_rules rules;
	struct reason why;
	struct bmr bmr;

	(void)state;
	assert_int_equal(read_rules(RULES(WIDE), &rules, &why), 0);
	assert_int_equal(bmr_find(&rules.offer.leases[0], &prefix, 56, &bmr,
				  &why), 0);
	should = ipv6("2001:db8:5555:5500:a:155:5500:1500");
	assert_memory_equal(&bmr.ce.ipv6, &should, sizeof(should));
	assert_int_equal(bmr.ce.ports.psid, 21);
	assert_int_equal(map_port_set_size(&bmr.ce.ports), 1008);
	ocn_rules_free(&rules);
}

/* A lease has one BR. */
static void several_brs(void **state)
{
	struct ocn_rules rules;
	struct reason why;

	(void)state;
	assert_int_equal(read_rules(RULES(STRINGS ","
					  RULE("40", "24", "16", "") ","
					  NUMBERS), &rules, &why), 0);
	assert_int_equal(rules.offer.count, 2);
	assert_int_equal(rules.offer.leases[0].count, 2);
	assert_int_equal(rules.offer.leases[1].count, 1);
	ocn_rules_free(&rules);
}

static void most_brs(void **state)
{
	struct ocn_rules rules;
	struct reason why;
	char *text, *more;
	int i;

	(void)state;
	text = strdup(STRINGS);
	for (i = 0; i < OFFER_LEASES_MAX; i++) {
		assert_true(asprintf(&more, "%s,{\"brIpv6Address\":\"2001:db8::%x\",%s",
				     text, i + 1, strchr(STRINGS, ',') + 1) > 0);
		free(text);
		text = more;
	}
	assert_true(asprintf(&more, RULES("%s"), text) > 0);
	assert_int_equal(read_rules(more, &rules, &why), -1);
	says(&why, REASON_INVALID_REPLY, "more than 32 BRs");
	free(text);
	free(more);
}

/* A PSID of 0 goes before that of the EA bits, too, and says nothing where there
 * are no PSIDs.
 */
static void psid_0(void **state)
{
	struct in6_addr prefix = ipv6("2001:db8:a0::");
	struct ocn_rules rules;
	struct reason why;
	struct bmr bmr;

	(void)state;
	assert_int_equal(read_rules(RULES(RULE("40", "24", "8", ",\"psId\":0")),
				    &rules, &why), 0);
	assert_false(rules.offer.leases[0].rules[0].has_psid);
	ocn_rules_free(&rules);

	assert_int_equal(read_rules(RULES(RULE("32", "24", "16", ",\"psId\":0")),
				    &rules, &why), 0);
	assert_int_equal(bmr_find(&rules.offer.leases[0], &prefix, 48, &bmr,
				  &why), 0);
	assert_int_equal(bmr.ce.ports.len, 8);
	assert_int_equal(bmr.ce.ports.psid, 0);
	assert_int_equal(ntohl(bmr.ce.ipv4), 0xc0000200);
	ocn_rules_free(&rules);
	assert_int_equal(read_rules(RULES(RULE("32", "24", "16", "")), &rules,
				    &why), 0);
	assert_int_equal(bmr_find(&rules.offer.leases[0], &prefix, 48, &bmr,
				  &why), 0);
	assert_int_equal(bmr.ce.ports.psid, 0xa0);
	ocn_rules_free(&rules);
}

/* The EA bits end where the prefix of the line goes on with other bits. */
static void outside_of_the_line(void **state)
{
	struct in6_addr prefix = ipv6("2001:db8:a0b0:c000::");
	struct ocn_rules rules;
	struct reason why;
	struct bmr bmr;

	(void)state;
	assert_int_equal(read_rules(RULES(RULE("32", "32", "8", ",\"psId\":24")),
				    &rules, &why), 0);
	assert_int_equal(bmr_find(&rules.offer.leases[0], &prefix, 64, &bmr,
				  &why), -1);
	says(&why, REASON_NO_MATCHING_PD, "outside");
	ocn_rules_free(&rules);
}

/* Bits behind a length are nobody's, and a rule without a BR is left out. */
static void sloppy_rules(void **state)
{
	struct ocn_rules rules;
	struct reason why;

	(void)state;
	assert_int_equal(read_rules("\xef\xbb\xbf"
				    RULES(RULE("16", "16", "16", "") ",{\"brIpv6Address\":\"\"}"),
				    &rules, &why), 0);
	assert_int_equal(rules.offer.count, 1);
	lease_is(&rules.offer.leases[0],
		 "{'method':'map-e','br':'2001:db8::1','rules':[{'ipv6':'2001::/16','ipv4':'192.0.0.0/16','ea_len':16,'psid_offset':6,'iid':'draft03','fmr':false}]}");
	assert_int_equal(rules.offer.skipped_count, 1);
	assert_string_equal(rules.offer.skipped[0].part, "basicMapRules[1]");
	says(&rules.offer.skipped[0].why, REASON_MISSING_ADDRESS,
	     "brIpv6Address is empty");
	ocn_rules_free(&rules);
}

static void host_names(void **state)
{
	static const struct {
		const char *text;
		const char *name;
	} cases[] = {
		{ "{\"basicMapRules\":[]}", "" },
		{ "{\"hostName\":\"\",\"basicMapRules\":[]}", "" },
		{ "{\"hostName\":\"H.Example.\",\"basicMapRules\":[]}",
		  "h.example" },
		{ "{\"basicMapRules\":["
		  RULE("40", "24", "16", ",\"hostName\":\"r.example\"") "]}",
		  "r.example" },
		{ RULES(RULE("40", "24", "16", ",\"hostName\":\"r.example\"")),
		  "h.example" },
	};
	struct ocn_rules rules;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_rules(cases[i].text, &rules, &why), 0);
		assert_string_equal(rules.host_name, cases[i].name);
		ocn_rules_free(&rules);
	}
}

static void wrong_values(void **state)
{
	(void)state;
	refuses("", REASON_INVALID_REPLY, "the document is empty");
	refuses("[]", REASON_INVALID_REPLY, "the document: an object");
	refuses("{}", REASON_INVALID_REPLY,
		"basicMapRules: an array is missing");
	refuses("{\"basicMapRules\":{}}", REASON_INVALID_REPLY,
		"basicMapRules: an array is expected");
	refuses("{\"basicMapRules\":[]}{}", REASON_INVALID_REPLY,
		"end of file expected");
	refuses("{\"basicMapRules\":[],\"basicMapRules\":[]}",
		REASON_INVALID_REPLY, "duplicate");
	refuses("{\"hostName\":5,\"basicMapRules\":[]}", REASON_INVALID_REPLY,
		"hostName: a string is expected");
	refuses("{\"hostName\":\"a b\",\"basicMapRules\":[]}",
		REASON_INVALID_REPLY, "hostName: \"a b\" is no host name");
	refuses(RULES(STRINGS ",[]"), REASON_INVALID_MAP_RULE,
		"basicMapRules[1]: an object is expected");
	refuses(RULES("{}"), REASON_INVALID_MAP_RULE,
		"basicMapRules[0].brIpv6Address: a string is missing");
	refuses(RULES(RULE("129", "24", "16", "")), REASON_INVALID_MAP_RULE,
		"basicMapRules[0].ipv6PrefixLength: 129 is wrong");
	refuses(RULES(RULE("\"4o\"", "24", "16", "")), REASON_INVALID_MAP_RULE,
		"ipv6PrefixLength: an integer is expected");
	refuses(RULES(RULE("30", "33", "16", "")), REASON_INVALID_MAP_RULE,
		"ipv4PrefixLength: 33 is wrong");
	refuses(RULES(RULE("40", "24", "16", ",\"psId\":256")),
		REASON_INVALID_MAP_RULE, "basicMapRules[0].psId: 256 has more bits");
	refuses(RULES(RULE("40", "24", "16", ",\"psId\":\"0x1\"")),
		REASON_INVALID_MAP_RULE, "psId: an integer is expected");
	refuses(RULES(RULE("40", "24", "8", ",\"psId\":\"1\"")),
		REASON_INVALID_MAP_RULE, "psId: 1 has more bits");
	refuses("{\"basicMapRules\":[{\"brIpv6Address\":\"ff02::1\",\"ipv6Prefix\":\"2001:db8::\",\"ipv6PrefixLength\":40,\"ipv4Prefix\":\"192.0.2.0\",\"ipv4PrefixLength\":24,\"eaBitLength\":16,\"psIdOffset\":6}]}",
		REASON_MISSING_ADDRESS, "no global unicast");
}

/* The tables of OCN have some 428 rules. */
static void many_rules(void **state)
{
	char *list = repeat(RULE("40", "24", "16", "") ",", 4095), *text;
	struct ocn_rules rules;
	struct reason why;

	(void)state;
	assert_true(asprintf(&text, RULES("%s%s"), list, STRINGS) > 0);
	assert_int_equal(read_rules(text, &rules, &why), 0);
	assert_int_equal(rules.offer.leases[0].count, 4095);
	ocn_rules_free(&rules);
	free(text);
	assert_true(asprintf(&text, RULES("%s%s,%s"), list, STRINGS,
			     STRINGS) > 0);
	refuses(text, REASON_INVALID_REPLY, "there are 4097, at most 4096");
	free(text);
	free(list);
}

static void queries(void **state)
{
	struct in6_addr prefix = ipv6("2400:4050:1:0::");
	struct query query;
	struct reason why;

	(void)state;
	assert_int_equal(ocn_query(&prefix, 56, "k&y", &query, &why), 0);
	query_is(&query, "ipv6Prefix=2400:4050:1:: ipv6PrefixLength=56 code=k&y");
	assert_int_equal(ocn_query(&prefix, 56, "", &query, &why), -1);
	says(&why, REASON_INVALID_REQUEST, "code is missing");
	assert_int_equal(ocn_query(&prefix, 56, "a\tb", &query, &why), -1);
	says(&why, REASON_INVALID_REQUEST, "printable");
}

int test_ocn(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_and_numbers),
		cmocka_unit_test(line),
		cmocka_unit_test(several_brs),
		cmocka_unit_test(most_brs),
		cmocka_unit_test(psid_0),
		cmocka_unit_test(outside_of_the_line),
		cmocka_unit_test(sloppy_rules),
		cmocka_unit_test(host_names),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(many_rules),
		cmocka_unit_test(queries),
	};

	return cmocka_run_group_tests_name("ocn", tests, NULL, NULL);
}
