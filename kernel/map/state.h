/* SPDX-License-Identifier: GPL-2.0 */
/* The state of a device: what follows from its settings and rules. */
#ifndef _MAP_STATE_H
#define _MAP_STATE_H

#include <linux/types.h>

struct map_dev;
struct map_rules;
struct map_settings;
struct netlink_ext_ack;

int map_state_update(struct map_dev *map, const struct map_settings *set,
		     struct map_rules *rules, struct netlink_ext_ack *extack);
void map_state_own_address(struct map_dev *map, bool up);
int map_state_arrives(struct map_dev *map);
void map_state_leaves(struct map_dev *map);

#endif /* _MAP_STATE_H */
