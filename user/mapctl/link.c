// SPDX-License-Identifier: GPL-2.0
/* Map devices, as rtnetlink has them. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"

static int keep_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[IFLA_MAX + 1], *data[IFLA_MAP_MAX + 1];
	struct links *links = arg;
	struct nlmsghdr **msgs;

	if (nlh->nlmsg_type != RTM_NEWLINK || !link_index(nlh, tb, data))
		return 0;
	msgs = realloc(links->msgs, (links->count + 1) * sizeof(*msgs));
	if (!msgs)
		return -ENOMEM;
	links->msgs = msgs;
	msgs[links->count] = malloc(nlh->nlmsg_len);
	if (!msgs[links->count])
		return -ENOMEM;
	memcpy(msgs[links->count++], nlh, nlh->nlmsg_len);
	return 0;
}

/**
 * links_free - forget devices
 * @links: the devices
 */
void links_free(struct links *links)
{
	unsigned int i;

	for (i = 0; i < links->count; i++)
		free(links->msgs[i]);
	free(links->msgs);
}

static int ask_links(const struct device *dev, struct links *links)
{
	struct ifinfomsg header = { .ifi_index = dev->ifindex };
	struct nl *nl = map_rtnl();
	struct nl_error err;
	struct msg msg;
	size_t info;

	if (!nl)
		return EXIT_KERNEL;
	msg_init(&msg, RTM_GETLINK,
		 NLM_F_REQUEST | (dev->ifindex ? NLM_F_ACK : NLM_F_DUMP),
		 &header, sizeof(header));
	if (!dev->ifindex) {
		info = msg_nest(&msg, IFLA_LINKINFO);
		msg_put_str(&msg, IFLA_INFO_KIND, "map");
		msg_nest_end(&msg, info);
	}
	if (!nl_talk(nl, &msg, keep_link, links, &err))
		return EXIT_OK;
	/* The kernel does not know the kind, so there is no device of it. */
	if (!dev->ifindex && err.code == EOPNOTSUPP)
		return EXIT_OK;
	return nl_fail(&err, "RTNETLINK");
}

/**
 * links_read - read map devices from rtnetlink
 * @dev: which; 0 for all
 * @links: the devices; to be freed in any case
 *
 * Return: an exit code, with the reason printed.
 */
int links_read(const struct device *dev, struct links *links)
{
	int ret = ask_links(dev, links);

	if (!ret && dev->name && !links->count)
		return fail_word(dev->name, "dev must be a map device");
	return ret;
}

static int read_name(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[IFLA_MAX + 1], *data[IFLA_MAP_MAX + 1];

	link_index(nlh, tb, data);
	if (tb[IFLA_IFNAME])
		snprintf(arg, IF_NAMESIZE, "%.*s",
			 (int)mnl_attr_get_payload_len(tb[IFLA_IFNAME]),
			 mnl_attr_get_str(tb[IFLA_IFNAME]));
	return 0;
}

/**
 * link_name - the name of an interface in another namespace
 * @nsid: number of the namespace
 * @ifindex: the interface
 * @name: result, IF_NAMESIZE bytes; as ip has it where the name is not known
 */
void link_name(int nsid, uint32_t ifindex, char *name)
{
	struct ifinfomsg header = { .ifi_index = ifindex };
	struct nl *nl = map_rtnl();
	struct nl_error err;
	struct msg msg;

	snprintf(name, IF_NAMESIZE, "if%u", ifindex);
	if (!nl)
		return;
	msg_init(&msg, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, &header,
		 sizeof(header));
	msg_put_u32(&msg, IFLA_TARGET_NETNSID, nsid);
	nl_talk(nl, &msg, read_name, name, &err);
}
