// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>

#include "base/json_field.h"
#include "test.h"

#define RULE	"{'ipv6':'2001:db8::/40','ipv4':'192.0.2.0/24','ea_len':16," \
		"'psid_offset':6,'iid':'rfc7597','fmr':true}"
#define MAP_E(more) "{'method':'map-e','br':'2001:db8:ffff::1'" more "}"
#define PREFIXES "'ipv6':'2001:db8::/40','ipv4':'192.0.2.0/24'"
#define WITH(more) "{'ipv6':'2001:db8::/40','ipv4':'192.0.2.0/24'," \
		"'ea_len':16,'psid_offset':6,'iid':'rfc7597','fmr':true" \
		more "}"

/* RFC 7597, appendix A, example 1. */
static const struct lease_rule example = {
	.params = {
		.ipv6.s6_addr = { 0x20, 0x01, 0x0d, 0xb8 },
		.ipv6_len = 40, .ipv4_len = 24, .ea_len = 16,
		.psid_offset = 6,
	},
	.fmr = true,
};

static void add_example(struct lease *lease)
{
	struct lease_rule rule = example;
	struct reason why;

	rule.params.ipv4 = inet_addr("192.0.2.0");
	assert_int_equal(lease_add_rule(lease, &rule, &why), 0);
}

/* What all the other tests compare with. */
static void written(void **state)
{
	struct in6_addr more = ipv6("2001:db8:ffff::2");
	struct lease lease;

	(void)state;
	lease_init(&lease, LEASE_MAP_E);
	lease.br.ipv6 = ipv6("2001:db8:ffff::1");
	lease.mesh = true;
	lease.first_64 = true;
	lease_add_br(&lease, &more);
	lease_add_br(&lease, &lease.br.ipv6);
	lease_add_br(&lease, &more);
	add_example(&lease);
	add_example(&lease);
	lease.rules[1].params.iid = MAP_IID_DRAFT03;
	lease.rules[1].fmr = false;
	lease_rule_set_psid(&lease.rules[1], 8, 52);
	assert_int_equal(lease.rules[1].psid, 52);
	assert_int_equal(lease.rules[1].params.psid, 0);
	lease_is(&lease, MAP_E(",'sources':['2001:db8:ffff::2'],'mesh':true,'first_64':true,'rules':["
		 RULE
		 ",{'ipv6':'2001:db8::/40','ipv4':'192.0.2.0/24','ea_len':16,'psid_offset':6,'psid_len':8,'psid':52,'iid':'draft03','fmr':false}]"
		 ));
	lease_free(&lease);

	lease_init(&lease, LEASE_IPIP);
	memcpy(lease.br.name, "br.example", sizeof("br.example"));
	lease.local = ipv6("2001:db8::7");
	lease.ipv4 = inet_addr("203.0.113.1");
	lease.ipv4_len = 29;
	lease_is(&lease, "{'method':'ipip','br':'br.example','local':'2001:db8::7','ipv4':'203.0.113.1/29'}");

	lease_init(&lease, LEASE_464XLAT);
	lease.dmr = ipv6("64:ff9b::");
	lease.dmr_len = 96;
	lease_is(&lease, "{'method':'464xlat','dmr':'64:ff9b::/96'}");
}

/* Read what is written in single quotes. */
static int read_lease(const char *text, struct lease *lease,
		      struct reason *why)
{
	char *copy = strdup(text), *c;
	json_t *json;
	int ret = -1;

	for (c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	memset(lease, 0, sizeof(*lease));
	json = field_load(copy, strlen(copy), why);
	if (json)
		ret = lease_from_json(json, lease, why);
	json_decref(json);
	free(copy);
	return ret;
}

static void there_and_back(void **state)
{
	static const char *const cases[] = {
		MAP_E(",'rules':[" RULE "]"),
		MAP_E(",'mesh':true,'first_64':true,'sources':['2001:db8::1'],'rules':[" RULE ","
		      WITH(",'psid_len':8,'psid':52") ","
		      WITH(",'psid':52") "," WITH(",'psid_len':8") "]"),
		"{'method':'map-e','br':'br.example.net','rules':[" RULE "]}",
		"{'method':'map-t','dmr':'64:ff9b::/96','mesh':true,'rules':[" RULE "]}",
		"{'method':'lw4o6','br':'2001:db8::1'}",
		"{'method':'lw4o6','br':'2001:db8::1','rules':[{'ipv6':'2001:db8::/64','ipv4':'192.0.2.1/32','ea_len':0,'psid_offset':0,'psid_len':4,'psid':3,'iid':'rfc7597','fmr':false}]}",
		"{'method':'ds-lite','br':'aftr.example'}",
		"{'method':'464xlat','dmr':'2001:db8::/32'}",
		"{'method':'464xlat','dmr':'2001:db8::/40'}",
		"{'method':'ipip','br':'2001:db8::1','local':'2001:db8::2','ipv4':'192.0.2.1/32'}",
		"{'method':'ipip','br':'2001:db8::1','local':'2001:db8::2','ipv4':'192.0.2.1/31'}",
		"{'method':'ipip','br':'2001:db8::1','local':'2001:db8::3','ipv4':'192.0.2.1/32'}",
	};
	struct lease one, two;
	struct reason why;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (read_lease(cases[i], &one, &why))
			fail_msg("%s: %s", cases[i], why.text);
		lease_is(&one, cases[i]);
		for (j = 0; j < ARRAY_SIZE(cases); j++) {
			assert_int_equal(read_lease(cases[j], &two, &why), 0);
			assert_int_equal(lease_equal(&one, &two), i == j);
			lease_free(&two);
		}
		lease_free(&one);
	}
}

static const struct {
	const char *text;
	enum reason_code code;
	const char *says;
} wrong[] = {
	{ "", REASON_INVALID_REPLY, "the document is empty" },
	{ "[]", REASON_INVALID_REPLY, "the document: an object is expected" },
	{ "{}", REASON_INVALID_REPLY, "method: a string is missing" },
	{ "{'method':5}", REASON_INVALID_REPLY,
	  "method: a string is expected" },
	{ "{'method':'map-x'}", REASON_INVALID_REPLY,
	  "method: \"map-x\" is unknown" },
	{ "{'method':'map-e','method':'map-e'}", REASON_INVALID_REPLY,
	  "duplicate" },
	{ MAP_E(",'more':1"), REASON_INVALID_REPLY,
	  "the document: key \"more\" is unknown" },
	{ MAP_E(""), REASON_INVALID_MAP_RULE, "map-e without a rule" },
	{ MAP_E(",'rules':[]"), REASON_INVALID_REPLY,
	  "rules: there are 0, at least 1" },
	{ MAP_E(",'rules':{}"), REASON_INVALID_REPLY,
	  "rules: an array is expected" },
	{ MAP_E(",'rules':[" RULE ",5]"), REASON_INVALID_MAP_RULE,
	  "rules[1]: an object is expected" },
	{ MAP_E(",'rules':[{}]"), REASON_INVALID_MAP_RULE,
	  "rules[0].ipv6: a string is missing" },
	{ MAP_E(",'rules':[" WITH(",'more':1") "]"), REASON_INVALID_MAP_RULE,
	  "rules[0]: key \"more\" is unknown" },
	{ MAP_E(",'rules':[" WITH(",'psid_len':17") "]"),
	  REASON_INVALID_MAP_RULE, "rules[0].psid_len: 17 is wrong: psid_len must be 1 to 16" },
	{ MAP_E(",'rules':[" WITH(",'psid_len':7") "]"),
	  REASON_INVALID_MAP_RULE, "rules[0]: PSID length is not what" },
	{ MAP_E(",'rules':[" WITH(",'psid':-1") "]"), REASON_INVALID_MAP_RULE,
	  "rules[0].psid: -1 is wrong: psid must be 0 to 65535" },
	{ MAP_E(",'rules':[" WITH(",'psid':256") "]"),
	  REASON_INVALID_MAP_RULE, "rule 1: PSID 256 has more bits" },
	{ MAP_E(",'rules':[" WITH(",'psid':'1'") "]"),
	  REASON_INVALID_MAP_RULE, "rules[0].psid: an integer is expected" },
	{ MAP_E(",'rules':[{'ipv6':'2001:db8::/129'}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].ipv6: \"2001:db8::/129\" is wrong" },
	{ MAP_E(",'rules':[{'ipv6':'2001:db8::/40','ipv4':'192.0.2.1/24'}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].ipv4: \"192.0.2.1/24\" is wrong: ipv4 has bits set" },
	{ MAP_E(",'rules':[{'ipv6':'2001:db8::/40','ipv4':'192.0.2.0/24','ea_len':1.5}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].ea_len: an integer is expected" },
	{ MAP_E(",'rules':[{'ipv6':'2001:db8::/40','ipv4':'192.0.2.0/24','ea_len':49}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].ea_len: 49 is wrong" },
	{ MAP_E(",'rules':[{" PREFIXES ",'ea_len':16,'psid_offset':17}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].psid_offset: 17 is wrong" },
	{ MAP_E(",'rules':[{" PREFIXES ",'ea_len':16,'psid_offset':6,'iid':'x'}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].iid: \"x\" is unknown" },
	{ MAP_E(",'rules':[{" PREFIXES ",'ea_len':16,'psid_offset':6,'iid':'draft03','fmr':1}]"),
	  REASON_INVALID_MAP_RULE, "rules[0].fmr: true or false is expected" },
	{ MAP_E(",'mesh':1,'rules':[" RULE "]"), REASON_INVALID_REPLY,
	  "mesh: true or false is expected" },
	{ MAP_E(",'sources':[],'rules':[" RULE "]"), REASON_INVALID_REPLY,
	  "sources: there are 0" },
	{ MAP_E(",'sources':['::1','x'],'rules':[" RULE "]"),
	  REASON_INVALID_REPLY, "sources[1]: \"x\" is wrong: it must be an IPv6 address" },
	{ MAP_E(",'sources':['::1'],'rules':[" RULE "]"),
	  REASON_MISSING_ADDRESS, "a source that is no global unicast" },
	{ MAP_E(",'dmr':'64:ff9b::/96','rules':[" RULE "]"),
	  REASON_UNSUPPORTED_TYPE, "map-e with values that belong to another" },
	{ "{'method':'map-e','rules':[" RULE "]}", REASON_MISSING_ADDRESS,
	  "map-e without the address of the far end" },
	{ "{'method':'map-e','br':'192.0.2.1','rules':[" RULE "]}",
	  REASON_INVALID_REPLY,
	  "br: \"192.0.2.1\" is wrong: br must be an IPv6 address or a host name" },
	{ "{'method':'map-e','br':'fe80::1','rules':[" RULE "]}",
	  REASON_INVALID_REPLY, "br must be a global unicast address" },
	{ "{'method':'map-t','rules':[" RULE "]}", REASON_INVALID_MAP_RULE,
	  "map-t with a prefix of length 0" },
	{ "{'method':'map-t','dmr':'2001:db8::/97','rules':[" RULE "]}",
	  REASON_INVALID_MAP_RULE, "map-t with a prefix of length 97" },
	{ "{'method':'map-t','dmr':'2001:db8::/63','rules':[" RULE "]}",
	  REASON_INVALID_MAP_RULE, "length 63, which is not 32, 40" },
	{ "{'method':'map-t','dmr':'2001:db8:0:0:100::/96','rules':[" RULE "]}",
	  REASON_INVALID_MAP_RULE, "bits 64 to 71" },
	{ "{'method':'464xlat','dmr':'ff00::/64'}", REASON_INVALID_MAP_RULE,
	  "464xlat with a multicast prefix" },
	{ "{'method':'464xlat','dmr':'64:ff9b::/96','br':'a.b'}",
	  REASON_UNSUPPORTED_TYPE, "464xlat with values" },
	{ "{'method':'464xlat','dmr':'64:ff9b::/96','rules':[" RULE "]}",
	  REASON_INVALID_MAP_RULE, "464xlat with 1 rules, more than 0" },
	{ "{'method':'ds-lite'}", REASON_MISSING_ADDRESS, "ds-lite without" },
	{ "{'method':'ds-lite','br':'a.b','mesh':true}",
	  REASON_UNSUPPORTED_TYPE, "ds-lite with values" },
	{ "{'method':'lw4o6','br':'a.b','rules':[" RULE "]}",
	  REASON_INVALID_MAP_RULE, "a binding of lw4o6" },
	{ "{'method':'ipip','br':'a.b','ipv4':'192.0.2.1'}",
	  REASON_MISSING_ADDRESS, "own end" },
	{ "{'method':'ipip','br':'a.b','local':'2001:db8::1'}",
	  REASON_MISSING_ADDRESS, "ipip without a unicast IPv4" },
	{ "{'method':'ipip','br':'a.b','local':'2001:db8::1','ipv4':'224.0.0.1/29'}",
	  REASON_MISSING_ADDRESS, "ipip without a unicast IPv4" },
	{ "{'method':'ipip','br':'a.b','local':'2001:db8::1','ipv4':'127.0.0.1'}",
	  REASON_MISSING_ADDRESS, "ipip without a unicast IPv4" },
	{ "{'method':'ipip','br':'a.b','local':'2001:db8::1','ipv4':'192.0.2.1/0'}",
	  REASON_INVALID_REPLY, "the prefix length must be 1 to 32" },
	{ "{'method':'ipip','br':'a.b','local':'2001:db8::1','ipv4':'192.0.2.1/33'}",
	  REASON_INVALID_REPLY, "ipv4: \"33\" is wrong" },
	{ "{'method':'ipip','br':'a.b','local':'2001:db8::1','ipv4':'192.0.2.100/00000000029'}",
	  REASON_INVALID_REPLY, "ipv4: the string is longer" },
};

static void wrong_files(void **state)
{
	struct lease lease;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (!read_lease(wrong[i].text, &lease, &why))
			fail_msg("accepted: %s", wrong[i].text);
		says(&why, wrong[i].code, wrong[i].says);
		assert_null(lease.rules);
	}
}

/* What a JSON document can do before any value of it is looked at. */
static void hostile_documents(void **state)
{
	static const struct {
		const char *begin;
		const char *part;
		unsigned int times;
		const char *says;
	} cases[] = {
		{ "", "[", 17, "nested more than 16 levels" },
		{ "", "[", 1000000, "nested more than 16 levels" },
		{ "", "{\"a\":", 100000, "nested more than 16 levels" },
		{ "\"[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[", "x", 1, "line 1" },
		{ "", " ", 1048577, "longer than 1 MiB" },
		{ "{} ", "x", 1, "end of file expected" },
		{ "{\"a\":", "9", 400, "too big" },
		{ "{\"a\":1e", "9", 400, "" },
		{ "{\"\\u0000\":1}", "", 1, "\\u0000" },
		{ "{\"a\":\"\xff\"}", "", 1, "unable to decode byte 0xff" },
		{ "{\"a\":1,\"b\":2,\"a\":3}", "", 1, "duplicate" },
	};
	char *text, *more;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		more = repeat(cases[i].part, cases[i].times);
		assert_true(asprintf(&text, "%s%s", cases[i].begin, more) >= 0);
		if (field_load(text, strlen(text), &why))
			fail_msg("accepted: %.40s", text);
		says(&why, REASON_INVALID_REPLY, cases[i].says);
		free(more);
		free(text);
	}
	assert_null(field_load("{}\0x", 4, &why));
	assert_null(field_load(NULL, 0, &why));
}

static void most_rules(void **state)
{
	struct lease lease, other;
	struct reason why;
	json_t *json;
	int i;

	(void)state;
	lease_init(&lease, LEASE_MAP_E);
	lease.br.ipv6 = ipv6("2001:db8::1");
	for (i = 0; i < LEASE_RULES_MAX; i++)
		add_example(&lease);
	assert_int_equal(lease_add_rule(&lease, &example, &why), -1);
	says(&why, REASON_INVALID_REPLY, "more than 4096 rules");
	assert_int_equal(lease_check(&lease, &why), 0);
	json = lease_json(&lease);
	assert_int_equal(lease_from_json(json, &other, &why), 0);
	assert_true(lease_equal(&lease, &other));
	other.rules[4095].params.ea_len = 15;
	assert_false(lease_equal(&lease, &other));
	json_decref(json);
	lease_free(&lease);
	lease_free(&other);
}

static void most_sources(void **state)
{
	struct in6_addr addr = ipv6("2001:db8::");
	struct lease lease;
	int i;

	(void)state;
	lease_init(&lease, LEASE_LW4O6);
	for (i = 1; i < 100; i++) {
		addr.s6_addr[15] = i;
		lease_add_br(&lease, &addr);
	}
	assert_int_equal(lease.br.ipv6.s6_addr[15], 1);
	assert_int_equal(lease.sources_count, LEASE_SOURCES_MAX);
	assert_int_equal(lease.sources[7].s6_addr[15], 9);
}

int test_lease(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(wrong_files),
		cmocka_unit_test(hostile_documents),
		cmocka_unit_test(most_rules),
		cmocka_unit_test(most_sources),
	};

	return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
