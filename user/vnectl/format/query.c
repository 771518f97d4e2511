// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "format/query.h"

/**
 * query_init - begin with no parameter
 * @query: the query
 */
void query_init(struct query *query)
{
	memset(query, 0, sizeof(*query));
}

/* The value itself is no part of the message: it may be a password. */
static int check(const char *name, const char *value, struct reason *why)
{
	const char *c;

	if (strlen(value) > QUERY_VALUE_LEN)
		return reason_set(why, REASON_INVALID_REQUEST,
				  "%s is longer than %d characters", name,
				  QUERY_VALUE_LEN);
	for (c = value; *c; c++)
		if (*c < ' ' || *c > '~')
			return reason_set(why, REASON_INVALID_REQUEST,
					  "%s has characters that are not printable ASCII",
					  name);
	return 0;
}

/**
 * query_add - append a parameter
 * @query: the query
 * @name: its name, which has to stay
 * @value: its value
 * @why: set when it cannot be sent
 *
 * Return: 0, or -1.
 */
int query_add(struct query *query, const char *name, const char *value,
	      struct reason *why)
{
	if (check(name, value, why))
		return -1;
	if (query->count == QUERY_MAX)
		return reason_set(why, REASON_INVALID_REQUEST,
				  "there are more than %d parameters",
				  QUERY_MAX);
	query->param[query->count].name = name;
	snprintf(query->param[query->count].value,
		 sizeof(query->param[query->count].value), "%s", value);
	query->count++;
	return 0;
}

/**
 * query_add_number - append a parameter that is a number
 * @query: the query
 * @name: its name, which has to stay
 * @value: its value
 * @why: set when it cannot be sent
 *
 * Return: 0, or -1.
 */
int query_add_number(struct query *query, const char *name,
		     unsigned int value, struct reason *why)
{
	char word[16];

	snprintf(word, sizeof(word), "%u", value);
	return query_add(query, name, word, why);
}

/**
 * query_login - send user and password by HTTP Basic
 * @query: the query
 * @user: the user; no colon can be in it (RFC 7617, section 2)
 * @pass: the password
 * @why: set when they cannot be sent
 *
 * Return: 0, or -1.
 */
int query_login(struct query *query, const char *user, const char *pass,
		struct reason *why)
{
	if (check("the user", user, why) || check("the password", pass, why))
		return -1;
	if (!*user || strchr(user, ':'))
		return reason_set(why, REASON_INVALID_REQUEST,
				  "the user is missing, or has a colon in it");
	snprintf(query->user, sizeof(query->user), "%s", user);
	snprintf(query->pass, sizeof(query->pass), "%s", pass);
	return 0;
}

/**
 * query_value - the value of a parameter
 * @query: the query
 * @name: its name
 *
 * Return: the value, or NULL where it is not there.
 */
const char *query_value(const struct query *query, const char *name)
{
	unsigned int i;

	for (i = 0; i < query->count; i++)
		if (!strcmp(query->param[i].name, name))
			return query->param[i].value;
	return NULL;
}
