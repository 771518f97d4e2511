// SPDX-License-Identifier: GPL-2.0
#include "test.h"

/* Programs that know netifd's words find them here. */
static void words(void **state)
{
	static const struct {
		enum reason_code code;
		const char *word;
	} cases[] = {
		{ REASON_INVALID_MAP_RULE, "INVALID_MAP_RULE" },
		{ REASON_NO_MATCHING_PD, "NO_MATCHING_PD" },
		{ REASON_UNSUPPORTED_TYPE, "UNSUPPORTED_TYPE" },
		{ REASON_AFTR_DNS_FAIL, "AFTR_DNS_FAIL" },
		{ REASON_NO_WAN_LINK, "NO_WAN_LINK" },
		{ REASON_MISSING_ADDRESS, "MISSING_ADDRESS" },
		{ REASON_INVALID_REPLY, "INVALID_REPLY" },
		{ REASON_INVALID_REQUEST, "INVALID_REQUEST" },
		{ REASON_REFUSED, "REFUSED" },
		{ REASON_NO_MEMORY, "NO_MEMORY" },
		{ REASON_NO_SERVER, "NO_SERVER" },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(reason_name(cases[i].code), cases[i].word);
}

static void texts(void **state)
{
	char *word = repeat("\xe6\x97\xa5\n", 200);
	struct reason why;

	(void)state;
	assert_int_equal(reason_set(&why, REASON_REFUSED, "a \"%s\"", "b\r\n"),
			 -1);
	says(&why, REASON_REFUSED, "a \"b??\"");
	reason_set(&why, REASON_REFUSED, "%s", word);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
	assert_int_equal(strspn(why.text, "?"), sizeof(why.text) - 1);
	free(word);
}

static void most_parameters(void **state)
{
	struct query query;
	struct reason why;
	int i;

	(void)state;
	query_init(&query);
	for (i = 0; i < QUERY_MAX; i++)
		assert_int_equal(query_add_number(&query, "n", i, &why), 0);
	assert_int_equal(query_add(&query, "n", "", &why), -1);
	says(&why, REASON_INVALID_REQUEST, "more than 8 parameters");
	assert_string_equal(query_value(&query, "n"), "0");
	assert_null(query_value(&query, "m"));
}

int test_reason(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(texts),
		cmocka_unit_test(most_parameters),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
