// SPDX-License-Identifier: GPL-2.0
#include "test.h"
#include "format/ddns_service.h"

/* Status and body of each service. */
static void answers(void **state)
{
	static const char page[] =
		"<!DOCTYPE html><html><body>It works! OK</body></html>";
	static const struct {
		enum update_dialect dialect;
		unsigned int status;
		const char *body;
		bool good;
	} cases[] = {
		{ UPDATE_V6PLUS, 200, "OK", true },
		{ UPDATE_V6PLUS, 200, "OK\r\n", true },
		{ UPDATE_V6PLUS, 200, "\tOK\t", true },
		{ UPDATE_V6PLUS, 200, page, false },
		{ UPDATE_V6PLUS, 200, "", false },
		{ UPDATE_V6PLUS, 200, "NG", false },
		{ UPDATE_V6PLUS, 200, "OKAY", false },
		{ UPDATE_V6PLUS, 200, "ok", false },
		{ UPDATE_V6PLUS, 201, "OK", false },
		{ UPDATE_V6PLUS, 400, "OK", false },
		{ UPDATE_TRANSIX, 200, "OK", true },
		{ UPDATE_TRANSIX, 200, "", true },
		{ UPDATE_TRANSIX, 400, "NG", false },
		{ UPDATE_TRANSIX, 200, "NG", false },
		{ UPDATE_TRANSIX, 204, "", false },
		{ UPDATE_TRANSIX, 500, "", false },
		{ UPDATE_OCN, 200, "good", true },
		{ UPDATE_OCN, 200, "good 2001:db8::1\n", true },
		{ UPDATE_OCN, 200, "nochg", true },
		{ UPDATE_OCN, 200, "nochg 2001:db8::1", true },
		{ UPDATE_OCN, 200, "nohost", false },
		{ UPDATE_OCN, 200, "goodbye", false },
		{ UPDATE_OCN, 200, "not good", false },
		{ UPDATE_OCN, 200, "", false },
		{ UPDATE_OCN, 401, "good", false },
		{ UPDATE_XPASS, 200, "", true },
		{ UPDATE_XPASS, 204, "", true },
		{ UPDATE_XPASS, 299, "whatever", true },
		{ UPDATE_XPASS, 300, "", false },
		{ UPDATE_XPASS, 199, "", false },
		{ UPDATE_XPASS, 401, "", false },
		{ UPDATE_GENERIC, 200, page, true },
		{ UPDATE_GENERIC, 202, "", true },
		{ UPDATE_GENERIC, 307, "", false },
		{ UPDATE_GENERIC, 0, "", false },
	};
	struct reason why;
	unsigned int i;
	int ret;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ret = update_judge(cases[i].dialect, cases[i].status,
				   cases[i].body, strlen(cases[i].body), &why);
		if (cases[i].good != !ret)
			fail_msg("%s %u \"%s\"",
				 update_dialect_name(cases[i].dialect),
				 cases[i].status, cases[i].body);
		if (ret)
			says(&why, REASON_REFUSED, "answered");
	}
}

/* A body is quoted in the log: shortened, and without what acts there. */
static void hostile_body(void **state)
{
	char *body = repeat("\033[2J\xff", 1000);
	struct reason why;

	(void)state;
	assert_int_equal(update_judge(UPDATE_V6PLUS, 200, body, strlen(body),
				      &why), -1);
	says(&why, REASON_REFUSED, "v6plus answered 200, \"?[2J??[2J?");
	says(&why, REASON_REFUSED, "...");
	assert_true(strlen(why.text) < 200);
	assert_int_equal(update_judge(UPDATE_V6PLUS, 200, "OK\0x", 4, &why),
			 -1);
	assert_int_equal(update_judge(UPDATE_V6PLUS, 200, NULL, 0, &why), -1);
	free(body);
}

static const struct update_account account = {
	.user = "u", .pass = "p w", .host = "h.example", .id = "i", .key = "k",
};

static void queries(void **state)
{
	static const struct {
		enum update_dialect dialect;
		const char *params;
		const char *user;
	} cases[] = {
		{ UPDATE_V6PLUS, "user=u pass=p w", "" },
		{ UPDATE_TRANSIX, "username=u password=p w", "" },
		{ UPDATE_OCN, "hostname=h.example", "u" },
		{ UPDATE_XPASS, "d=h.example p=k a=2001:db8::1 u=i", "u" },
		{ UPDATE_GENERIC, "", "u" },
	};
	struct in6_addr address = ipv6("2001:db8::1");
	struct query query;
	struct reason why;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(update_query(cases[i].dialect, &account,
					      &address, &query, &why), 0);
		query_is(&query, cases[i].params);
		assert_string_equal(query.user, cases[i].user);
		if (*cases[i].user)
			assert_string_equal(query.pass, "p w");
	}
}

static void incomplete_accounts(void **state)
{
	static const struct update_account empty;
	struct update_account colon = account, huge = account;
	struct in6_addr address = ipv6("2001:db8::1");
	char *word = repeat("x", 256);
	struct query query;
	struct reason why;
	int dialect;

	(void)state;
	for (dialect = UPDATE_V6PLUS; dialect <= UPDATE_XPASS; dialect++) {
		assert_int_equal(update_query(dialect, &empty, &address,
					      &query, &why), -1);
		says(&why, REASON_INVALID_REQUEST, "is missing");
	}
	assert_int_equal(update_query(UPDATE_GENERIC, &empty, &address, &query,
				      &why), 0);
	colon.user = "a:b";
	assert_int_equal(update_query(UPDATE_OCN, &colon, &address, &query,
				      &why), -1);
	says(&why, REASON_INVALID_REQUEST, "colon");
	huge.pass = word;
	assert_int_equal(update_query(UPDATE_V6PLUS, &huge, &address, &query,
				      &why), -1);
	says(&why, REASON_INVALID_REQUEST, "pass is longer than 255");
	assert_null(strstr(why.text, "xxx"));
	huge.pass = "a\nb";
	assert_int_equal(update_query(UPDATE_V6PLUS, &huge, &address, &query,
				      &why), -1);
	free(word);
}

static void names(void **state)
{
	int dialect;

	(void)state;
	for (dialect = UPDATE_GENERIC; dialect <= UPDATE_XPASS; dialect++)
		assert_int_equal(update_dialect_find(update_dialect_name(dialect)),
				 dialect);
	assert_int_equal(update_dialect_find("v6"), -1);
}

int test_update(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(hostile_body),
		cmocka_unit_test(queries),
		cmocka_unit_test(incomplete_accounts),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
