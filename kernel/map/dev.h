/* SPDX-License-Identifier: GPL-2.0 */
/* The map netdevice: one MAP node, a CE or a BR. */
#ifndef _MAP_DEV_H
#define _MAP_DEV_H

struct map_dev;
struct map_settings;
struct net_device;
struct netlink_ext_ack;

void map_dev_setup(struct net_device *dev);
int map_dev_create(struct map_dev *map, const struct map_settings *set,
		   struct netlink_ext_ack *extack);
int map_dev_init(void);
void map_dev_exit(void);

#endif /* _MAP_DEV_H */
