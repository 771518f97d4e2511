// SPDX-License-Identifier: GPL-2.0
/* The files are in /run/vne, which is one of the test's own. */
#include <arpa/inet.h>
#include <math.h>
#include <sys/stat.h>

#include "base/runtime_file.h"
#include "test.h"
#include "wan/dhcpv6_lease.h"

static void path_of(const char *device, char *path, size_t size)
{
	char suffix[64];

	snprintf(suffix, sizeof(suffix), "dhcpv6-%s.json", device);
	assert_int_equal(run_file_path(suffix, path, size), 0);
}

static void put(const char *device, const char *text)
{
	char path[108];
	FILE *file;

	path_of(device, path, sizeof(path));
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void test_round(void **state)
{
	struct prefix prefix = { .len = 56, .preferred = 100, .valid = INFINITY };
	struct reason why, other;
	struct told told, read;
	struct lease lease;
	struct stat st;
	char path[108];

	(void)state;
	told_init(&told);
	told.index = 7;
	inet_pton(AF_INET6, "2001:db8:1000::", &prefix.ipv6);
	prefixes_add(&told.prefixes, &prefix);
	lease_init(&lease, LEASE_DS_LITE);
	snprintf(lease.br.name, sizeof(lease.br.name), "aftr.example.net");
	assert_int_equal(offer_add(&told.offer, &lease, &why), 0);
	reason_set(&other, REASON_INVALID_MAP_RULE, "it is \"wrong\"");
	offer_skip(&told.offer, "option 94", &other);
	assert_int_equal(told_save("wan", &told, &why), 0);
	path_of("wan", path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	assert_int_equal(told_load("wan", &read, &why), 0);
	assert_int_equal(read.index, 7);
	assert_int_equal(read.prefixes.count, 1);
	assert_memory_equal(&read.prefixes.prefix[0].ipv6, &prefix.ipv6, 16);
	assert_true(read.prefixes.prefix[0].preferred == 100);
	assert_true(isinf(read.prefixes.prefix[0].valid));
	assert_int_equal(read.offer.count, 1);
	assert_true(lease_equal(&read.offer.leases[0], &told.offer.leases[0]));
	assert_int_equal(read.offer.skipped_count, 1);
	assert_string_equal(read.offer.skipped[0].part, "option 94");
	assert_int_equal(read.offer.skipped[0].why.code,
			 REASON_INVALID_MAP_RULE);
	assert_string_equal(read.offer.skipped[0].why.text, "it is \"wrong\"");
	told_free(&read);
	told_free(&told);

	told_init(&told);
	assert_int_equal(told_save("wan", &told, &why), 0);
	assert_int_equal(stat(path, &st), -1);
	assert_int_equal(told_load("wan", &read, &why), 0);
	assert_true(told_empty(&read));
}

/* What is damaged counts for nothing, as a whole. */
static void test_damaged(void **state)
{
	static const char *const damaged[] = {
		"",
		"nonsense",
		"[]",
		"{}",
		"{\"index\":1}",
		"{\"index\":1,\"prefixes\":[{}],\"leases\":[],\"skipped\":[]}",
		"{\"index\":-1,\"prefixes\":[],\"leases\":[],\"skipped\":[]}",
		"{\"index\":1,\"prefixes\":[{\"prefix\":\"2001:db8::/129\"}],\"leases\":[],\"skipped\":[]}",
		"{\"index\":1,\"prefixes\":[{\"prefix\":\"2001:db8::/32\",\"valid_until\":\"x\"}],\"leases\":[],\"skipped\":[]}",
		"{\"index\":1,\"prefixes\":[{\"prefix\":\"2001:db8::/32\"}],\"leases\":[{\"method\":\"x\"}],\"skipped\":[]}",
		"{\"index\":1,\"prefixes\":[],\"leases\":[],\"skipped\":[{\"part\":\"x\",\"code\":99,\"text\":\"x\"}]}",
		"{\"index\":1,\"index\":1,\"prefixes\":[],\"leases\":[],\"skipped\":[]}",
	};
	struct reason why;
	struct told told;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		put("bad", damaged[i]);
		assert_int_equal(told_load("bad", &told, &why), -1);
		assert_true(told_empty(&told));
		assert_int_not_equal(why.text[0], 0);
	}
}

/* Lifetimes of nearly 2^32 seconds, with the time since the start added. */
static void test_long_lifetimes(void **state)
{
	struct prefix prefix = { .len = 56 };
	struct told told, read;
	struct reason why;

	(void)state;
	told_init(&told);
	prefix_set_lifetimes(&prefix, 4294967293u, 4294967294u, 480.5);
	prefixes_add(&told.prefixes, &prefix);
	assert_int_equal(told_save("wan", &told, &why), 0);
	assert_int_equal(told_load("wan", &read, &why), 0);
	assert_int_equal(read.prefixes.count, 1);
	assert_true(isinf(read.prefixes.prefix[0].preferred));
	assert_true(isinf(read.prefixes.prefix[0].valid));
	told_free(&read);
	told_free(&told);
}

/* Its ends are by a clock that has begun again. */
static void test_before_start(void **state)
{
	struct reason why;
	struct told told;

	(void)state;
	put("wan", "{\"boot\":\"b5ba3c3a-0000-4000-8000-000000000000\",\"index\":1,\"prefixes\":[{\"prefix\":\"2001:db8::/56\",\"valid_until\":400000}],\"leases\":[],\"skipped\":[]}");
	assert_int_equal(told_load("wan", &told, &why), 0);
	assert_true(told_empty(&told));
	put("wan", "{\"boot\":1,\"index\":1,\"prefixes\":[],\"leases\":[],\"skipped\":[]}");
	assert_int_equal(told_load("wan", &told, &why), -1);
}

static void test_device(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "a/b", "../wan", "a b", "a\nb", "a:1",
		"sixteen-letters-",
	};
	struct reason why;
	struct told told;
	unsigned int i;

	(void)state;
	assert_true(told_device("wan"));
	assert_true(told_device("fifteen-letters"));
	assert_true(told_device("br0.100"));
	told_init(&told);
	told.prefixes.count = 1;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(told_device(bad[i]));
		assert_int_equal(told_save(bad[i], &told, &why), -1);
	}
}

static int begin(void **state)
{
	(void)state;
	told_unlock(told_lock());
	return 0;
}

int test_told(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_long_lifetimes),
		cmocka_unit_test(test_before_start),
		cmocka_unit_test(test_device),
	};

	return cmocka_run_group_tests_name("told", tests, begin, NULL);
}
