// SPDX-License-Identifier: GPL-2.0
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "mapctl.h"

static int del_device(const struct device *dev)
{
	struct ifinfomsg header = { .ifi_index = dev->ifindex };
	struct nl *nl = map_rtnl();
	struct nl_error err;
	struct msg msg;

	if (!nl)
		return EXIT_KERNEL;
	msg_init(&msg, RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK, &header,
		 sizeof(header));
	if (nl_talk(nl, &msg, NULL, NULL, &err))
		return nl_fail(&err, "RTNETLINK");
	return EXIT_OK;
}

/**
 * do_dev_del - delete a device
 * @args: the device
 *
 * Return: an exit code.
 */
int do_dev_del(struct args *args)
{
	struct links links = { 0 };
	struct device dev;
	int ret;

	if (map_device_args(args, &dev, true))
		return EXIT_USAGE;
	/* Any other interface would be deleted as well. */
	ret = links_read(&dev, &links);
	if (!ret)
		ret = del_device(&dev);
	links_free(&links);
	return ret;
}
