// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <string.h>

#include "parse.h"
#include "format/ddns_service.h"

/* What is quoted of a body. */
#define EXCERPT_LEN	80

const char *const update_dialects[] = {
	[UPDATE_GENERIC] = "generic",
	[UPDATE_V6PLUS] = "v6plus",
	[UPDATE_TRANSIX] = "transix",
	[UPDATE_OCN] = "ocn",
	[UPDATE_XPASS] = "xpass",
	NULL
};

/**
 * update_dialect_name - the word for a dialect
 * @dialect: the dialect
 *
 * Return: the word.
 */
const char *update_dialect_name(enum update_dialect dialect)
{
	return update_dialects[dialect];
}

/**
 * update_dialect_find - the dialect that a word names
 * @word: the word
 *
 * Return: the dialect, or -1.
 */
int update_dialect_find(const char *word)
{
	unsigned int i;

	for (i = 0; update_dialects[i]; i++)
		if (!strcmp(word, update_dialects[i]))
			return i;
	return -1;
}

static int add(struct query *query, const char *name, const char *value,
	       const char *what, struct reason *why)
{
	if (!value || !*value)
		return reason_set(why, REASON_INVALID_REQUEST,
				  "%s is missing", what);
	return query_add(query, name, value, why);
}

static int login(struct query *query, const struct update_account *account,
		 struct reason *why)
{
	return query_login(query, account->user ? account->user : "",
			   account->pass ? account->pass : "", why);
}

static int xpass_query(const struct update_account *account,
		       const struct in6_addr *address, struct query *query,
		       struct reason *why)
{
	char buf[PREFIX_STRLEN];

	if (add(query, "d", account->host, "the host name", why) ||
	    add(query, "p", account->key, "the password of the host name",
		why) ||
	    add(query, "a", format_ipv6(address, buf), "the address", why) ||
	    add(query, "u", account->id, "the identifier", why))
		return -1;
	return login(query, account, why);
}

/**
 * update_query - the parameters that tell the address
 * @dialect: whom
 * @account: what the contract says
 * @address: the address
 * @query: the result
 * @why: set when something is missing, or cannot be sent
 *
 * Return: 0, or -1.
 */
int update_query(enum update_dialect dialect,
		 const struct update_account *account,
		 const struct in6_addr *address, struct query *query,
		 struct reason *why)
{
	query_init(query);
	switch (dialect) {
	case UPDATE_V6PLUS:
		return add(query, "user", account->user, "the user", why) ||
			add(query, "pass", account->pass, "the password",
			    why) ? -1 : 0;
	case UPDATE_TRANSIX:
		return add(query, "username", account->user, "the user",
			   why) ||
			add(query, "password", account->pass, "the password",
			    why) ? -1 : 0;
	case UPDATE_OCN:
		if (add(query, "hostname", account->host, "the host name",
			why))
			return -1;
		return login(query, account, why);
	case UPDATE_XPASS:
		return xpass_query(account, address, query, why);
	case UPDATE_GENERIC:
		break;
	}
	return account->user ? login(query, account, why) : 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **body, size_t *len)
{
	while (*len && is_space(**body)) {
		(*body)++;
		(*len)--;
	}
	while (*len && is_space((*body)[*len - 1]))
		(*len)--;
}

static bool body_is(const char *body, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(body, word, len);
}

/* "good 2001:db8::1" too. */
static bool begins_with(const char *body, size_t len, const char *word)
{
	size_t size = strlen(word);

	return len >= size && !memcmp(body, word, size) &&
		(len == size || is_space(body[size]));
}

static bool is_success(enum update_dialect dialect, unsigned int status,
		       const char *body, size_t len)
{
	switch (dialect) {
	case UPDATE_V6PLUS:
		/* A wrong path is answered by a page, with 200. */
		return status == 200 && body_is(body, len, "OK");
	case UPDATE_TRANSIX:
		return status == 200 && !body_is(body, len, "NG");
	case UPDATE_OCN:
		return status == 200 && (begins_with(body, len, "good") ||
					 begins_with(body, len, "nochg"));
	case UPDATE_XPASS:
	case UPDATE_GENERIC:
		break;
	}
	return status >= 200 && status <= 299;
}

/**
 * update_judge - was the address taken?
 * @dialect: who answered
 * @status: of HTTP
 * @body: what came with it
 * @len: its length
 * @why: set when not
 *
 * Return: 0, or -1.
 */
int update_judge(enum update_dialect dialect, unsigned int status,
		 const char *body, size_t len, struct reason *why)
{
	trim(&body, &len);
	if (is_success(dialect, status, body, len))
		return 0;
	return reason_set(why, REASON_REFUSED,
			  "the server of %s answered %u, \"%.*s\"%s",
			  update_dialects[dialect], status,
			  (int)(len < EXCERPT_LEN ? len : EXCERPT_LEN), body,
			  len > EXCERPT_LEN ? "..." : "");
}
