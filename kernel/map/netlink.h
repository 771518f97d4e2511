/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink family "map": rules, state and counters of map devices. */
#ifndef _MAP_NETLINK_H
#define _MAP_NETLINK_H

struct map_dev;
struct map_rule;
struct sk_buff;

int map_netlink_put_rule(struct sk_buff *skb, int attr,
			 const struct map_rule *rule);
void map_netlink_notify_state(struct map_dev *map);
int map_netlink_init(void);
void map_netlink_exit(void);

#endif /* _MAP_NETLINK_H */
