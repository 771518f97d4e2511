// SPDX-License-Identifier: GPL-2.0
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/map.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "attr.h"
#include "map_msg.h"

/**
 * map_index - find the attributes of a message of the map family
 * @nlh: the message
 * @tb: result, MAP_A_MAX + 1 pointers
 */
void map_index(const struct nlmsghdr *nlh, const struct nlattr **tb)
{
	const char *attrs = mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	const char *end = mnl_nlmsg_get_payload_tail(nlh);

	attr_index(attrs, end > attrs ? end - attrs : 0, tb, MAP_A_MAX);
}

/**
 * map_index_nest - find the attributes in a nest
 * @nest: the nest, or NULL
 * @tb: result, @max + 1 pointers
 * @max: largest type of interest
 */
void map_index_nest(const struct nlattr *nest, const struct nlattr **tb,
		    unsigned int max)
{
	if (nest)
		attr_index(mnl_attr_get_payload(nest),
			   mnl_attr_get_payload_len(nest), tb, max);
	else
		attr_index(NULL, 0, tb, max);
}

/**
 * link_index - find the attributes of a link
 * @nlh: message of rtnetlink
 * @tb: result, IFLA_MAX + 1 pointers
 * @data: result, IFLA_MAP_MAX + 1 pointers
 *
 * Return: whether it is a map device.
 */
bool link_index(const struct nlmsghdr *nlh, const struct nlattr **tb,
		const struct nlattr **data)
{
	size_t skip = NLMSG_SPACE(sizeof(struct ifinfomsg));
	const struct nlattr *info[IFLA_INFO_MAX + 1];

	attr_index((const char *)nlh + skip,
		   nlh->nlmsg_len > skip ? nlh->nlmsg_len - skip : 0, tb,
		   IFLA_MAX);
	map_index_nest(tb[IFLA_LINKINFO], info, IFLA_INFO_MAX);
	map_index_nest(info[IFLA_INFO_DATA], data, IFLA_MAP_MAX);
	return info[IFLA_INFO_KIND] &&
	       mnl_attr_get_payload_len(info[IFLA_INFO_KIND]) == 4 &&
	       !memcmp(mnl_attr_get_payload(info[IFLA_INFO_KIND]), "map", 4);
}
