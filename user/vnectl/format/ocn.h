/* SPDX-License-Identifier: GPL-2.0 */
/* The rule server of OCN Virtual Connect. */
#ifndef VNECTL_FORMAT_OCN_H
#define VNECTL_FORMAT_OCN_H

#include <stddef.h>

#include "softwire/candidates.h"
#include "format/query.h"

/**
 * struct ocn_rules - what the server answers
 * @host_name: the name whose address is to be kept current; empty for none
 * @offer: the rules, a lease for each BR; with none, it has nothing for this
 *	line
 */
struct ocn_rules {
	char host_name[HOST_NAME_LEN + 1];
	struct offer offer;
};

int ocn_rules(const char *text, size_t len, struct ocn_rules *rules,
	      struct reason *why);
void ocn_rules_free(struct ocn_rules *rules);
json_t *ocn_rules_json(const struct ocn_rules *rules);
int ocn_rules_from_json(json_t *json, struct ocn_rules *rules,
			struct reason *why);
int ocn_query(const struct in6_addr *prefix, uint8_t len, const char *code,
	      struct query *query, struct reason *why);

#endif /* VNECTL_FORMAT_OCN_H */
