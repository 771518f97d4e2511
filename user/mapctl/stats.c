// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <stdio.h>

#include "mapctl.h"

static void usage(void)
{
	puts("Usage: mapctl [ -s ] stats [ [ dev ] DEV ]\n"
	     "Without -s, counters that are zero are left out.");
}

static int print_stats(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_MAX + 1];

	(void)arg;
	map_index(nlh, tb);
	out_object(NULL);
	out_string("ifname", "%s:", map_ifname(tb));
	print_counters(tb[MAP_A_STATS], options.stats, "    ");
	out_text("\n");
	out_object_end();
	return 0;
}

/**
 * do_stats - show counters
 * @args: the device, if it is one
 *
 * Return: an exit code.
 */
int do_stats(struct args *args)
{
	struct device dev;
	struct msg msg;
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (map_device_args(args, &dev, false))
		return EXIT_USAGE;
	genl_request(&msg, MAP_CMD_STATS_GET,
		     dev.ifindex ? NLM_F_ACK : NLM_F_DUMP);
	if (dev.ifindex)
		msg_put_u32(&msg, MAP_A_IFINDEX, dev.ifindex);
	out_array(NULL);
	ret = map_request(&msg, print_stats, NULL);
	out_array_end();
	return ret;
}
