// SPDX-License-Identifier: GPL-2.0
#include "base/endpoint.h"
#include "test.h"

static void good_ends(void **state)
{
	static const char *const cases[][2] = {
		{ "2001:db8::1", "2001:db8::1" },
		{ "2404:9200:225:100:0:0:0:64", "2404:9200:225:100::64" },
		{ "fd00::1", "fd00::1" },
		{ "aftr.example.net", "aftr.example.net" },
		{ "AFTR.Example.NET.", "aftr.example.net" },
		{ "a", "a" },
		{ "1.a1", "1.a1" },
		{ "a_b-c.d", "a_b-c.d" },
	};
	char buf[HOST_NAME_LEN + 1];
	struct arg_error err;
	struct endpoint end;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(endpoint_parse(cases[i][0], "br", &end, &err),
				 0);
		assert_string_equal(endpoint_format(&end, buf), cases[i][1]);
		assert_true(endpoint_is_set(&end));
	}
}

static void wrong_ends(void **state)
{
	static const char *const cases[] = {
		"", ".", "..", "a..b", ".a", "-a", "a-", "a.-b", "a b", "a/b",
		"192.0.2.1", "a.1", "a@b", "a\n", "\xc3\xa4.example",
		"2001:db8::/64", "2001:db8:::1", "::", "::1", "ff02::1",
		"fe80::1", "::ffff:192.0.2.1", "[2001:db8::1]", "fe80::1%eth0",
	};
	struct arg_error err;
	struct endpoint end;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (!endpoint_parse(cases[i], "br", &end, &err))
			fail_msg("accepted: %s", cases[i]);
}

/* RFC 1035, section 2.3.4: 63 for a label, 253 for the name as text. */
static void longest_names(void **state)
{
	char name[300], label[65];
	struct arg_error err;
	struct endpoint end;

	(void)state;
	memset(label, 'a', 64);
	label[64] = '\0';
	assert_int_equal(endpoint_parse(label, "br", &end, &err), -1);
	label[63] = '\0';
	assert_int_equal(endpoint_parse(label, "br", &end, &err), 0);
	snprintf(name, sizeof(name), "%s.%s.%s.%.61s", label, label, label,
		 label);
	assert_int_equal(strlen(name), 253);
	assert_int_equal(endpoint_parse(name, "br", &end, &err), 0);
	snprintf(name, sizeof(name), "%s.%s.%s.%.62s", label, label, label,
		 label);
	assert_int_equal(endpoint_parse(name, "br", &end, &err), -1);
}

int test_endpoint(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ends),
		cmocka_unit_test(wrong_ends),
		cmocka_unit_test(longest_names),
	};

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
