// SPDX-License-Identifier: GPL-2.0
#include "softwire/rules.h"

/**
 * rules_read - append the rules of an array to a lease
 * @array: the array
 * @min: how many there are at least
 * @defaults: what a rule is before @reader
 * @reader: reads one of them
 * @lease: to append to
 *
 * Return: 0, or -1: the field's reason says what is wrong, and where.
 */
int rules_read(const struct field *array, size_t min,
	       const struct lease_rule *defaults, rule_reader reader,
	       struct lease *lease)
{
	struct map_refusal refusal;
	struct lease_rule rule;
	struct field object;
	size_t i;

	if (field_array(array, min, LEASE_RULES_MAX))
		return -1;
	for (i = 0; i < json_array_size(array->json); i++) {
		object = field_at(array, i);
		object.code = REASON_INVALID_MAP_RULE;
		rule = *defaults;
		if (reader(&object, &rule))
			return -1;
		if (!map_rule_valid(&rule.params, &refusal))
			return field_wrong(&object, "%s", refusal.reason);
		if (lease_add_rule(lease, &rule, array->why))
			return -1;
	}
	return 0;
}
