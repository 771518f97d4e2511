/* SPDX-License-Identifier: GPL-2.0 */
/* The link attributes IFLA_MAP_*: `ip link add type map`. */
#ifndef _MAP_LINK_H
#define _MAP_LINK_H

int map_link_init(void);
void map_link_exit(void);

#endif /* _MAP_LINK_H */
