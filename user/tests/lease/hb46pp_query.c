// SPDX-License-Identifier: GPL-2.0
/* The request of HB46PP, section 3.3 of its specification. */
#include "format/hb46pp.h"
#include "test.h"

#define TOKEN	"640756965820d3b9025b6941f9590af6802830ba58663fe8f043dc92b576f17a"
#define X32	"abcdefghijklmnopqrstuvwxyz-_0123"

static const struct hb46pp_client plain = {
	.vendorid = "acde48-v6pc_swg_hgw",
	.product = "V6MIG-ROUTER",
	.version = "1_32",
	.capability = HB46PP_MAP_E | HB46PP_DSLITE | HB46PP_LW4O6 |
		HB46PP_HUBSPOKE,
};

static const struct hb46pp_server server = {
	.host = "vne.example.jp", .https = true, .verify = true,
};

static void requests(void **state)
{
	struct hb46pp_client client = plain;
	struct query query;
	struct reason why;

	(void)state;
	assert_int_equal(hb46pp_query(&client, &server, &query, &why), 0);
	query_is(&query, "vendorid=acde48-v6pc_swg_hgw product=V6MIG-ROUTER version=1_32 capability=dslite,lw4o6,map_e,hubspoke");
	client.vendorid = "ACDE48";
	client.version = "1.32.0";
	client.capability = 0xff;
	client.token = TOKEN;
	assert_int_equal(hb46pp_query(&client, &server, &query, &why), 0);
	query_is(&query,
		 "vendorid=ACDE48 product=V6MIG-ROUTER version=1_32_0 capability=464xlat,dslite,ipip,lw4o6,map_e,map_t,hubspoke,mesh token="
		 TOKEN);
}

static void longest_values(void **state)
{
	struct hb46pp_client client = plain;
	struct query query;
	struct reason why;

	(void)state;
	client.vendorid = "acde48-abcdefghijklmnopqrstuv_0";
	client.product = X32;
	client.version = "01234567890123456789012345678901";
	assert_int_equal(hb46pp_query(&client, &server, &query, &why), 0);
}

static void wrong_values(void **state)
{
	static const struct {
		struct hb46pp_client client;
		const char *says;
	} cases[] = {
#define C(v, p, r, c, t) { .vendorid = v, .product = p, .version = r, \
			   .capability = c, .token = t }
		{ C("", "p", "1", 1, NULL), "vendorid must be" },
		{ C("acde4", "p", "1", 1, NULL), "vendorid must be six hex" },
		{ C("acde4g", "p", "1", 1, NULL), "vendorid" },
		{ C("acde488", "p", "1", 1, NULL), "vendorid" },
		{ C("acde48-", "p", "1", 1, NULL), "vendorid" },
		{ C("acde48-a-b", "p", "1", 1, NULL), "vendorid" },
		{ C("acde48-abcdefghijklmnopqrstuvwxy", "p", "1", 1, NULL),
		  "vendorid" },
		{ C("acde48", "", "1", 1, NULL), "product must be 1 to 32" },
		{ C("acde48", "a b", "1", 1, NULL), "product" },
		{ C("acde48", "a.b", "1", 1, NULL), "product" },
		{ C("acde48", X32 "x", "1", 1, NULL), "product" },
		{ C("acde48", "p", "", 1, NULL), "version must be 1 to 32" },
		{ C("acde48", "p", "1a", 1, NULL), "version" },
		{ C("acde48", "p", "012345678901234567890123456789012", 1,
		    NULL), "version" },
		{ C("acde48", "p", "1", 0, NULL), "capability must be" },
		{ C("acde48", "p", "1", 1, ""), "token must be 64" },
		{ C("acde48", "p", "1", 1, TOKEN "0"), "token" },
		{ { .vendorid = "acde48", .product = "p", .version = "1",
		    .capability = 1, .user = "u" }, "given together" },
		{ { .vendorid = "acde48", .product = "p", .version = "1",
		    .capability = 1, .pass = "p" }, "given together" },
		{ { .vendorid = "acde48", .product = "p", .version = "1",
		    .capability = 1, .user = "a b", .pass = "p",
		    .server_name = "vne.example.jp" }, "user must be 1 to 32" },
		{ { .vendorid = "acde48", .product = "p", .version = "1",
		    .capability = 1, .user = "u", .pass = X32 "x",
		    .server_name = "vne.example.jp" }, "pass must be 1 to 32" },
		{ { .vendorid = "acde48", .product = "p", .version = "1",
		    .capability = 1, .user = "u", .pass = "",
		    .server_name = "vne.example.jp" }, "pass must be" },
	};
	struct query query;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!hb46pp_query(&cases[i].client, &server, &query, &why))
			fail_msg("accepted: %s", cases[i].says);
		says(&why, REASON_INVALID_REQUEST, cases[i].says);
	}
}

/* MUST NOT be sent but by https, with the certificate verified (t=b), to the
 * server that the user named; and never one without the other.
 */
static void user_and_pass(void **state)
{
	static const struct {
		bool https;
		bool verify;
		const char *name;
		bool sent;
	} cases[] = {
		{ true, true, "vne.example.jp", true },
		{ true, true, "VNE.Example.JP", true },
		{ true, true, "example.jp", false },
		{ true, true, "vne.example.jp.evil.example", false },
		{ true, true, "", false },
		{ true, true, NULL, false },
		{ true, false, "vne.example.jp", false },
		{ false, false, "vne.example.jp", false },
		{ false, true, "vne.example.jp", false },
	};
	struct hb46pp_client client = plain;
	struct hb46pp_server to = server;
	struct query query;
	struct reason why;
	unsigned int i;

	(void)state;
	client.user = "user-1";
	client.pass = "pass_1";
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		to.https = cases[i].https;
		to.verify = cases[i].verify;
		client.server_name = cases[i].name;
		assert_int_equal(hb46pp_query(&client, &to, &query, &why), 0);
		if (cases[i].sent) {
			assert_string_equal(query_value(&query, "user"),
					    "user-1");
			assert_string_equal(query_value(&query, "pass"),
					    "pass_1");
		} else {
			assert_null(query_value(&query, "user"));
			assert_null(query_value(&query, "pass"));
		}
	}
}

int test_hb46pp_query(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(longest_values),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(user_and_pass),
	};

	return cmocka_run_group_tests_name("hb46pp_query", tests, NULL, NULL);
}
