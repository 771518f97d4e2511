// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>

#include "test.h"

const char *vectors_file;

/* A reason is of a kind, and has a text in it. */
void says(const struct reason *why, enum reason_code code, const char *text)
{
	if (why->code != code || !strstr(why->text, text))
		fail_msg("expected: %s, %s\nsaid: %s, %s", reason_name(code),
			 text, reason_name(why->code), why->text);
}

/* Single quotes stand for double ones. */
static json_t *load(const char *text)
{
	char *copy = strdup(text), *c;
	json_error_t error;
	json_t *json;

	for (c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	json = json_loads(copy, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s: %s", copy, error.text);
	free(copy);
	return json;
}

void lease_is(const struct lease *lease, const char *expected)
{
	json_t *is = lease_json(lease), *should = load(expected);
	char *text = json_dumps(is, JSON_SORT_KEYS);

	if (!json_equal(is, should))
		fail_msg("expected: %s\nis: %s", expected, text);
	free(text);
	json_decref(is);
	json_decref(should);
}

/* "name=value name=value" */
void query_is(const struct query *query, const char *expected)
{
	char text[2048] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < query->count; i++)
		len += snprintf(text + len, sizeof(text) - len, "%s%s=%s",
				i ? " " : "", query->param[i].name,
				query->param[i].value);
	assert_string_equal(text, expected);
}

/* Spaces do not count. */
size_t from_hex(const char *text, uint8_t *data)
{
	unsigned int byte;
	size_t len = 0;
	int used;

	while (sscanf(text, " %2x%n", &byte, &used) == 1) {
		data[len++] = byte;
		text += used;
	}
	assert_string_equal(text + strspn(text, " "), "");
	return len;
}

struct in6_addr ipv6(const char *word)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, word, &addr), 1);
	return addr;
}

/* To be freed. */
char *repeat(const char *text, unsigned int times)
{
	size_t len = strlen(text);
	char *result = malloc(len * times + 1);
	unsigned int i;

	for (i = 0; i < times; i++)
		memcpy(result + len * i, text, len);
	result[len * times] = '\0';
	return result;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s VECTORS\n", argv[0]);
		return 2;
	}
	vectors_file = argv[1];
	return test_bmr() + test_dhcpv6() + test_dhcpv6_text() +
		test_endpoint() + test_hb46pp() + test_hb46pp_query() +
		test_hb46pp_server() + test_iid() + test_lease() + test_ocn() +
		test_reason() + test_update() + test_v6plus() ? 1 : 0;
}
