/* SPDX-License-Identifier: GPL-2.0 */
/* An array of rules, in whatever words a source has for one of them. */
#ifndef VNECTL_SOFTWIRE_RULES_H
#define VNECTL_SOFTWIRE_RULES_H

#include <stddef.h>

#include "base/json_field.h"
#include "softwire/softwire.h"

typedef int (*rule_reader)(const struct field *object,
			   struct lease_rule *rule);

int rules_read(const struct field *array, size_t min,
	       const struct lease_rule *defaults, rule_reader reader,
	       struct lease *lease);

#endif /* VNECTL_SOFTWIRE_RULES_H */
