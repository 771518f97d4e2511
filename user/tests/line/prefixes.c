// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <math.h>

#include "wan/prefix_list.h"
#include "test.h"

#define NOW	1000.0

static struct prefix make(const char *ipv6, uint32_t preferred, uint32_t valid)
{
	struct prefix prefix = { .len = 64 };

	assert_int_equal(inet_pton(AF_INET6, ipv6, &prefix.ipv6), 1);
	prefix_set_lifetimes(&prefix, preferred, valid, NOW);
	return prefix;
}

static void add(struct prefixes *prefixes, const char *ipv6,
		uint32_t preferred, uint32_t valid)
{
	struct prefix prefix = make(ipv6, preferred, valid);

	prefixes_add(prefixes, &prefix);
}

static void picks(const struct prefixes *prefixes, const char *current,
		  double now, const char *expected)
{
	struct prefix old = make(current ?: "::", 1, 1);
	const struct prefix *picked;
	char text[INET6_ADDRSTRLEN] = "";

	picked = prefixes_pick(prefixes, current ? &old : NULL, now);
	if (picked)
		inet_ntop(AF_INET6, &picked->ipv6, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void test_pick(void **state)
{
	struct prefixes prefixes = { 0 };

	(void)state;
	picks(&prefixes, NULL, NOW, "");
	add(&prefixes, "2001:db8:1::", 0, 9000);
	picks(&prefixes, NULL, NOW, "2001:db8:1::");
	add(&prefixes, "2001:db8:2::", 100, 200);
	picks(&prefixes, NULL, NOW, "2001:db8:2::");
	add(&prefixes, "2001:db8:3::", LIFETIME_INFINITE, LIFETIME_INFINITE);
	picks(&prefixes, NULL, NOW, "2001:db8:3::");
}

/* RFC 4862, section 5.5.4: what is in use is only left when it is deprecated. */
static void test_keep(void **state)
{
	struct prefixes prefixes = { 0 };

	(void)state;
	add(&prefixes, "2001:db8:1::", 600, 1000);
	add(&prefixes, "2001:db8:2::", 1000, 1000);
	picks(&prefixes, NULL, NOW, "2001:db8:2::");
	picks(&prefixes, "2001:db8:1::", NOW, "2001:db8:1::");
	/* 150 of 600 seconds are left, and 550 of the other. */
	picks(&prefixes, "2001:db8:1::", NOW + 450, "2001:db8:2::");
	add(&prefixes, "2001:db8:1::", 0, 1000);
	picks(&prefixes, "2001:db8:1::", NOW, "2001:db8:2::");
	add(&prefixes, "2001:db8:2::", 0, 1500);
	picks(&prefixes, "2001:db8:1::", NOW, "2001:db8:1::");
	picks(&prefixes, "2001:db8:1::", NOW + 1000, "2001:db8:2::");
	picks(&prefixes, "2001:db8:1::", NOW + 1500, "");
	picks(&prefixes, "2001:db8:9::", NOW, "2001:db8:2::");
}

static void test_ends(void **state)
{
	struct prefixes prefixes = { 0 };

	(void)state;
	assert_true(isinf(prefixes_next(&prefixes, NOW)));
	add(&prefixes, "2001:db8:1::", LIFETIME_INFINITE, LIFETIME_INFINITE);
	assert_true(isinf(prefixes_next(&prefixes, NOW)));
	add(&prefixes, "2001:db8:2::", 10, 20);
	assert_true(prefixes_next(&prefixes, NOW) == NOW + 10);
	assert_true(prefixes_next(&prefixes, NOW + 10) == NOW + 20);
	assert_true(isinf(prefixes_next(&prefixes, NOW + 20)));
	prefixes_expire(&prefixes, NOW + 19);
	assert_int_equal(prefixes.count, 2);
	prefixes_expire(&prefixes, NOW + 20);
	assert_int_equal(prefixes.count, 1);
	picks(&prefixes, NULL, NOW + 20, "2001:db8:1::");
}

/* A preferred lifetime longer than the valid one makes no sense. */
static void test_lifetimes(void **state)
{
	struct prefix prefix = make("2001:db8::", 100, 50);

	(void)state;
	assert_true(prefix.preferred == NOW + 50);
	assert_true(prefix.valid == NOW + 50);
}

static void test_many(void **state)
{
	struct prefixes prefixes = { 0 };
	char text[32];
	int i;

	(void)state;
	for (i = 0; i < PREFIXES_MAX + 10; i++) {
		snprintf(text, sizeof(text), "2001:db8:%x::", i);
		add(&prefixes, text, 10, 10);
		add(&prefixes, text, 20, 20);
	}
	assert_int_equal(prefixes.count, PREFIXES_MAX);
	prefixes_del(&prefixes, &prefixes.prefix[0].ipv6, 64);
	assert_int_equal(prefixes.count, PREFIXES_MAX - 1);
	prefixes_del(&prefixes, &in6addr_any, 64);
	assert_int_equal(prefixes.count, PREFIXES_MAX - 1);
}

int test_prefixes(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_lifetimes),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("prefixes", tests, NULL, NULL);
}
