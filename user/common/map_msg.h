/* SPDX-License-Identifier: GPL-2.0 */
/* What is in messages about map devices, of their family and of rtnetlink. */
#ifndef COMMON_MAP_MSG_H
#define COMMON_MAP_MSG_H

#include <linux/netlink.h>
#include <stdbool.h>

void map_index(const struct nlmsghdr *nlh, const struct nlattr **tb);
void map_index_nest(const struct nlattr *nest, const struct nlattr **tb,
		    unsigned int max);
bool link_index(const struct nlmsghdr *nlh, const struct nlattr **tb,
		const struct nlattr **data);

#endif /* COMMON_MAP_MSG_H */
