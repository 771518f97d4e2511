/* SPDX-License-Identifier: GPL-2.0 */
/* The parameters of a request, as names and values. Nothing is encoded here:
 * that is for the one who makes a URL of them.
 */
#ifndef VNECTL_FORMAT_QUERY_H
#define VNECTL_FORMAT_QUERY_H

#include <stdbool.h>

#include "base/reason.h"

#define QUERY_MAX		8
#define QUERY_VALUE_LEN		255

/**
 * struct query - what is asked
 * @count: how many parameters
 * @param: the parameters, in the order in which they are sent
 * @user: for HTTP Basic; empty where that is not used
 * @pass: for HTTP Basic
 */
struct query {
	unsigned int count;
	struct {
		const char *name;
		char value[QUERY_VALUE_LEN + 1];
	} param[QUERY_MAX];
	char user[QUERY_VALUE_LEN + 1];
	char pass[QUERY_VALUE_LEN + 1];
};

void query_init(struct query *query);
int query_add(struct query *query, const char *name, const char *value,
	      struct reason *why);
int query_add_number(struct query *query, const char *name,
		     unsigned int value, struct reason *why);
int query_login(struct query *query, const char *user, const char *pass,
		struct reason *why);
const char *query_value(const struct query *query, const char *name);

#endif /* VNECTL_FORMAT_QUERY_H */
