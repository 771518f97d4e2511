// SPDX-License-Identifier: GPL-2.0
#include "softwire/iid.h"
#include "test.h"

/* A contract gives either form; FortiGate keeps the last 64 bits. */
static void good_words(void **state)
{
	static const char *const cases[][2] = {
		{ "::6f:6c1f:3400:0", "::6f:6c1f:3400:0" },
		{ "6f:6c1f:3400:0", "::6f:6c1f:3400:0" },
		{ "0:0:0:1", "::1" },
		{ "::1", "::1" },
		{ "FFFF:ffff:FFFF:ffff", "::ffff:ffff:ffff:ffff" },
		{ "2001:db8::6f:6c1f:3400:0", "::6f:6c1f:3400:0" },
		{ "2001:db8:1:2:6f:6c1f:3400:0", "::6f:6c1f:3400:0" },
	};
	struct in6_addr iid, should;
	struct arg_error err;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(iid_parse(cases[i][0], &iid, &err), 0);
		should = ipv6(cases[i][1]);
		assert_memory_equal(&iid, &should, sizeof(iid));
	}
}

static void wrong_words(void **state)
{
	static const char *const cases[] = {
		"", ":", "::", "::0", "0:0:0:0", "2001:db8::", "6f", "6f:6c1f",
		"6f:6c1f:3400", "6f:6c1f:3400:0:1", "6f:6c1f:3400:0/64",
		"6f:6c1f:3400:10000", "6f:6c1f:3400:g", "::192.0.2.1",
		"6f:6c1f:3400:0 ", " ::1", ":::1", "6f:6c1f:3400:",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001",
	};
	struct in6_addr iid;
	struct arg_error err;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!iid_parse(cases[i], &iid, &err))
			fail_msg("accepted: %s", cases[i]);
		assert_non_null(strstr(err.reason, "interface identifier"));
	}
}

static void addresses(void **state)
{
	static const struct {
		const char *prefix;
		uint8_t len;
		const char *address;
	} cases[] = {
		{ "2001:db8:1:2::", 64, "2001:db8:1:2:6f:6c1f:3400:0" },
		{ "2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2:6f:6c1f:3400:0" },
		/* The first /64 of a shorter one. */
		{ "2001:db8:1:200::", 56, "2001:db8:1:200:6f:6c1f:3400:0" },
		{ "2001:db8:1:2ff::", 56, "2001:db8:1:200:6f:6c1f:3400:0" },
	};
	struct in6_addr iid, addr, prefix, should;
	struct arg_error err;
	struct reason why;
	unsigned int i;

	(void)state;
	assert_int_equal(iid_parse("6f:6c1f:3400:0", &iid, &err), 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		prefix = ipv6(cases[i].prefix);
		assert_int_equal(iid_address(&iid, &prefix, cases[i].len,
					     &addr, &why), 0);
		should = ipv6(cases[i].address);
		assert_memory_equal(&addr, &should, sizeof(addr));
	}
	prefix = ipv6("2001:db8:1:2::");
	assert_int_equal(iid_address(&iid, &prefix, 65, &addr, &why), -1);
	says(&why, REASON_NO_MATCHING_PD, "length 65");
	assert_int_equal(iid_address(&iid, &prefix, 255, &addr, &why), -1);
	prefix = in6addr_any;
	assert_int_equal(iid_address(&iid, &prefix, 64, &addr, &why), -1);
	says(&why, REASON_MISSING_ADDRESS, "no prefix");
}

int test_iid(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_words),
		cmocka_unit_test(wrong_words),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests_name("iid", tests, NULL, NULL);
}
