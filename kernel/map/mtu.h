/* SPDX-License-Identifier: GPL-2.0 */
/* The MTU of a device follows the device that the tunnel leaves by. */
#ifndef _MAP_MTU_H
#define _MAP_MTU_H

#include <linux/types.h>

struct map_dev;
struct map_state;
struct work_struct;

void map_mtu_follow(struct map_dev *map, const struct map_state *state);
void map_mtu_lower_moved(struct work_struct *work);
u32 map_mtu_tunnel(struct map_dev *map, const struct map_state *state);

#endif /* _MAP_MTU_H */
