/* SPDX-License-Identifier: GPL-2.0 */
/* As much of the kernel's KUnit interface as the tests of the pure files use,
 * on top of cmocka: what kernel/map/X_kunit.c says is tested in user space
 * with the sanitizers, and in a kernel as a KUnit module, from one source.
 *
 * One test program has one kunit_test_suite() or kunit_test_suites(), which
 * is its main().
 */
#ifndef _SELFTESTS_UNIT_KUNIT_TEST_H
#define _SELFTESTS_UNIT_KUNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What tests take from other headers of the kernel. */
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define MODULE_AUTHOR(who)
#define MODULE_DESCRIPTION(what)
#define MODULE_LICENSE(which)
#define strscpy(to, from, size)	snprintf(to, size, "%s", from)

#define KUNIT_PARAM_DESC_SIZE	128
#define KUNIT_MAX_RUNS		1024

struct kunit {
	void *priv;
	const void *param_value;
	const char *name;
	bool failed;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(function) \
	{ .run_case = function, .name = #function }
#define KUNIT_CASE_SLOW(function)	KUNIT_CASE(function)
#define KUNIT_CASE_PARAM(function, generator) \
	{ .run_case = function, .name = #function, \
	  .generate_params = generator }

#define KUNIT_ARRAY_PARAM(param, array, get_desc)			\
static const void *param##_gen_params(const void *prev, char *desc)	\
{									\
	const __typeof__((array)[0]) *next = prev;			\
	void (*describe)(const __typeof__((array)[0]) *, char *);	\
									\
	next = next ? next + 1 : (array);				\
	if (next >= (array) + ARRAY_SIZE(array))			\
		return NULL;						\
	describe = get_desc;						\
	if (describe)							\
		describe(next, desc);					\
	return next;							\
}

/* One run of a case: a case with parameters has several. */
struct kunit_run {
	struct kunit_suite *suite;
	struct kunit_case *test_case;
	const void *param;
	char name[512];
};

static jmp_buf kunit_abort;

/* cmocka leaves a test that failed by longjmp(), so exit() comes first. */
static inline void kunit_run_one(void **state)
{
	static struct kunit_run *run;
	static struct kunit test;

	run = *state;
	test = (struct kunit){ .param_value = run->param, .name = run->name };
	if (run->suite->init && run->suite->init(&test))
		fail_msg("init of the suite failed");
	if (!setjmp(kunit_abort))
		run->test_case->run_case(&test);
	if (run->suite->exit)
		run->suite->exit(&test);
	if (test.failed)
		fail();
}

/* The runs of a case are added behind the first @count ones. */
static inline size_t kunit_add_case(struct kunit_suite *suite,
				    struct kunit_case *c,
				    struct kunit_run *runs, size_t count)
{
	const void *param = NULL;

	do {
		struct kunit_run *run = &runs[count];
		char desc[KUNIT_PARAM_DESC_SIZE] = "";

		if (c->generate_params) {
			param = c->generate_params(param, desc);
			if (!param)
				break;
		}
		if (count == KUNIT_MAX_RUNS)
			abort();
		run->suite = suite;
		run->test_case = c;
		run->param = param;
		snprintf(run->name, sizeof(run->name), "%s: %s%s%s",
			 suite->name, c->name, *desc ? ": " : "", desc);
		count++;
	} while (param);
	return count;
}

static inline int kunit_run_suites(struct kunit_suite *const *suites)
{
	static struct kunit_run runs[KUNIT_MAX_RUNS + 1];
	static struct CMUnitTest tests[KUNIT_MAX_RUNS];
	struct kunit_case *c;
	size_t count = 0;
	size_t i;

	for (; *suites; suites++)
		for (c = (*suites)->test_cases; c->run_case; c++)
			count = kunit_add_case(*suites, c, runs, count);
	for (i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){
			.name = runs[i].name,
			.test_func = kunit_run_one,
			.initial_state = &runs[i],
		};
	return _cmocka_run_group_tests("kunit", tests, count, NULL, NULL);
}

#define kunit_test_suites(...)						\
int main(void)								\
{									\
	struct kunit_suite *const suites[] = { __VA_ARGS__, NULL };	\
									\
	return kunit_run_suites(suites);				\
}
#define kunit_test_suite(suite)	kunit_test_suites(&suite)

#define kunit_info(test, fmt, ...) \
	print_message("# %s: " fmt, (test)->name, ##__VA_ARGS__)

__attribute__((format(printf, 5, 6)))
static inline void kunit_fail(struct kunit *test, bool fatal,
			      const char *file, int line, const char *fmt, ...)
{
	va_list args;

	print_error("# %s:%d: ", file, line);
	va_start(args, fmt);
	vprint_error(fmt, args);
	va_end(args);
	print_error("\n");
	test->failed = true;
	if (fatal)
		longjmp(kunit_abort, 1);
}

#define KUNIT_DO_FAIL(test, fatal, fmt, ...) \
	kunit_fail(test, fatal, __FILE__, __LINE__, fmt, ##__VA_ARGS__)

#define KUNIT_DO_TRUE(test, fatal, wanted, condition, fmt, ...)		\
do {									\
	if (!!(condition) != (wanted))					\
		KUNIT_DO_FAIL(test, fatal, "%s is %s" fmt, #condition,	\
			      (wanted) ? "false" : "true",		\
			      ##__VA_ARGS__);				\
} while (0)

#define KUNIT_DO_COMPARE(test, fatal, left, op, right, fmt, ...)	\
do {									\
	__auto_type kunit_left = (left);				\
	__auto_type kunit_right = (right);				\
									\
	if (!(kunit_left op kunit_right))				\
		KUNIT_DO_FAIL(test, fatal,				\
			      "%s " #op " %s: %lld and %lld" fmt,	\
			      #left, #right,				\
			      (long long)(intptr_t)kunit_left,		\
			      (long long)(intptr_t)kunit_right,		\
			      ##__VA_ARGS__);				\
} while (0)

#define KUNIT_DO_STR(test, fatal, left, op, right, fmt, ...)		\
do {									\
	const char *kunit_left = (left);				\
	const char *kunit_right = (right);				\
									\
	if (!(strcmp(kunit_left, kunit_right) op 0))			\
		KUNIT_DO_FAIL(test, fatal,				\
			      "%s " #op " %s:\n#  %s\n#  %s" fmt,	\
			      #left, #right, kunit_left, kunit_right,	\
			      ##__VA_ARGS__);				\
} while (0)

#define KUNIT_DO_MEM(test, fatal, left, op, right, size, fmt, ...)	\
do {									\
	if (!(memcmp(left, right, size) op 0))				\
		KUNIT_DO_FAIL(test, fatal,				\
			      "bytes of %s " #op " %s" fmt,		\
			      #left, #right, ##__VA_ARGS__);		\
} while (0)

#define KUNIT_FAIL(test, fmt, ...) \
	KUNIT_DO_FAIL(test, false, fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...) \
	KUNIT_DO_FAIL(test, true, fmt, ##__VA_ARGS__)

#define KUNIT_EXPECT_TRUE(test, c)	KUNIT_DO_TRUE(test, false, true, c, "")
#define KUNIT_EXPECT_FALSE(test, c)	KUNIT_DO_TRUE(test, false, false, c, "")
#define KUNIT_EXPECT_EQ(test, l, r) \
	KUNIT_DO_COMPARE(test, false, l, ==, r, "")
#define KUNIT_EXPECT_NE(test, l, r) \
	KUNIT_DO_COMPARE(test, false, l, !=, r, "")
#define KUNIT_EXPECT_LT(test, l, r) \
	KUNIT_DO_COMPARE(test, false, l, <, r, "")
#define KUNIT_EXPECT_LE(test, l, r) \
	KUNIT_DO_COMPARE(test, false, l, <=, r, "")
#define KUNIT_EXPECT_GT(test, l, r) \
	KUNIT_DO_COMPARE(test, false, l, >, r, "")
#define KUNIT_EXPECT_GE(test, l, r) \
	KUNIT_DO_COMPARE(test, false, l, >=, r, "")
#define KUNIT_EXPECT_PTR_EQ(test, l, r)	KUNIT_EXPECT_EQ(test, l, r)
#define KUNIT_EXPECT_NULL(test, p)	KUNIT_EXPECT_TRUE(test, !(p))
#define KUNIT_EXPECT_NOT_NULL(test, p)	KUNIT_EXPECT_TRUE(test, !!(p))
#define KUNIT_EXPECT_STREQ(test, l, r)	KUNIT_DO_STR(test, false, l, ==, r, "")
#define KUNIT_EXPECT_STRNEQ(test, l, r)	KUNIT_DO_STR(test, false, l, !=, r, "")
#define KUNIT_EXPECT_MEMEQ(test, l, r, size) \
	KUNIT_DO_MEM(test, false, l, ==, r, size, "")
#define KUNIT_EXPECT_MEMNEQ(test, l, r, size) \
	KUNIT_DO_MEM(test, false, l, !=, r, size, "")

#define KUNIT_EXPECT_TRUE_MSG(test, c, fmt, ...) \
	KUNIT_DO_TRUE(test, false, true, c, "; " fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, c, fmt, ...) \
	KUNIT_DO_TRUE(test, false, false, c, "; " fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ_MSG(test, l, r, fmt, ...) \
	KUNIT_DO_COMPARE(test, false, l, ==, r, "; " fmt, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ_MSG(test, l, r, fmt, ...) \
	KUNIT_DO_STR(test, false, l, ==, r, "; " fmt, ##__VA_ARGS__)

#define KUNIT_ASSERT_TRUE(test, c)	KUNIT_DO_TRUE(test, true, true, c, "")
#define KUNIT_ASSERT_FALSE(test, c)	KUNIT_DO_TRUE(test, true, false, c, "")
#define KUNIT_ASSERT_EQ(test, l, r)	KUNIT_DO_COMPARE(test, true, l, ==, r, "")
#define KUNIT_ASSERT_NE(test, l, r)	KUNIT_DO_COMPARE(test, true, l, !=, r, "")
#define KUNIT_ASSERT_LT(test, l, r)	KUNIT_DO_COMPARE(test, true, l, <, r, "")
#define KUNIT_ASSERT_LE(test, l, r)	KUNIT_DO_COMPARE(test, true, l, <=, r, "")
#define KUNIT_ASSERT_GT(test, l, r)	KUNIT_DO_COMPARE(test, true, l, >, r, "")
#define KUNIT_ASSERT_GE(test, l, r)	KUNIT_DO_COMPARE(test, true, l, >=, r, "")
#define KUNIT_ASSERT_NULL(test, p)	KUNIT_ASSERT_TRUE(test, !(p))
#define KUNIT_ASSERT_NOT_NULL(test, p)	KUNIT_ASSERT_TRUE(test, !!(p))
#define KUNIT_ASSERT_STREQ(test, l, r)	KUNIT_DO_STR(test, true, l, ==, r, "")
#define KUNIT_ASSERT_MEMEQ(test, l, r, size) \
	KUNIT_DO_MEM(test, true, l, ==, r, size, "")

#define KUNIT_ASSERT_TRUE_MSG(test, c, fmt, ...) \
	KUNIT_DO_TRUE(test, true, true, c, "; " fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(test, l, r, fmt, ...) \
	KUNIT_DO_COMPARE(test, true, l, ==, r, "; " fmt, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ_MSG(test, l, r, fmt, ...) \
	KUNIT_DO_STR(test, true, l, ==, r, "; " fmt, ##__VA_ARGS__)

#endif /* _SELFTESTS_UNIT_KUNIT_TEST_H */
