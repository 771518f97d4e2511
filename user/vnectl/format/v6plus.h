/* SPDX-License-Identifier: GPL-2.0 */
/* The rule server of v6plus, and what a home gateway says to it. */
#ifndef VNECTL_FORMAT_V6PLUS_H
#define VNECTL_FORMAT_V6PLUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "softwire/softwire.h"
#include "format/query.h"

/* At most; 32 is what is usual. */
#define V6PLUS_ID_LEN	64
/* What an answer is wrapped in (JSONP). */
#define V6PLUS_CALLBACK	"vnectl"

/**
 * struct v6plus_rules - what the server answers
 * @id: to be sent the next time; empty where there is none. It is a secret
 * @fixlen: length of the prefix that the line has; 0 where not said
 * @found: there are rules
 * @lease: the rules, where @found
 */
struct v6plus_rules {
	char id[V6PLUS_ID_LEN + 1];
	uint8_t fixlen;
	bool found;
	struct lease lease;
};

enum v6plus_action {
	V6PLUS_START = 1,
	V6PLUS_STOP = 2,
};

/**
 * enum v6plus_cause - why an action is reported
 * @V6PLUS_NORMAL: as usual
 * @V6PLUS_MANUAL: a person wanted it
 * @V6PLUS_ADDRESS_CHANGE: there is another prefix
 * @V6PLUS_RULE_MISMATCH: no rule is for the prefix
 * @V6PLUS_ON_GATEWAY: the home gateway does it
 */
enum v6plus_cause {
	V6PLUS_NORMAL,
	V6PLUS_MANUAL,
	V6PLUS_ADDRESS_CHANGE,
	V6PLUS_RULE_MISMATCH,
	V6PLUS_ON_GATEWAY,
};

int v6plus_rules(const char *text, size_t len, const char *callback,
		 struct v6plus_rules *rules, struct reason *why);
void v6plus_rules_free(struct v6plus_rules *rules);
json_t *v6plus_rules_json(const struct v6plus_rules *rules);
int v6plus_rules_from_json(json_t *json, struct v6plus_rules *rules,
			   struct reason *why);
int v6plus_gateway(const char *text, size_t len, const char *callback,
		   bool *on, struct reason *why);

bool v6plus_id_valid(const char *id);
int v6plus_rules_query(const char *callback, const char *id,
		       struct query *query, struct reason *why);
int v6plus_report_query(const char *callback, enum v6plus_action action,
			enum v6plus_cause cause, const char *id,
			struct query *query, struct reason *why);
int v6plus_gateway_query(const char *callback, struct query *query,
			 struct reason *why);

#endif /* VNECTL_FORMAT_V6PLUS_H */
