/* SPDX-License-Identifier: GPL-2.0 */
/* The attributes of a map device and of its rules. */
#ifndef COMMON_MAP_ATTRS_H
#define COMMON_MAP_ATTRS_H

#include "addr.h"
#include "attr.h"

extern const struct attr_table map_link_attrs;
extern const struct attr_table map_rule_attrs;

extern const char *const map_rule_types[];
extern const char *const map_modes[];
extern const char *const map_iids[];

int map_rule_attr(uint16_t type);
void map_rule_from_attrs(const struct nlattr *const tb[],
			 struct map_rule_params *rule);

#endif /* COMMON_MAP_ATTRS_H */
