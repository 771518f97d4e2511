/* SPDX-License-Identifier: GPL-2.0 */
/* An array of rules, in whatever words a source has for one of them. */
#ifndef LEASE_RULES_H
#define LEASE_RULES_H

#include <stddef.h>

#include "field.h"
#include "lease.h"

typedef int (*rule_reader)(const struct field *object,
			   struct lease_rule *rule);

int rules_read(const struct field *array, size_t min,
	       const struct lease_rule *defaults, rule_reader reader,
	       struct lease *lease);

#endif /* LEASE_RULES_H */
