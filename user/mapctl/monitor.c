// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "mapctl.h"

static void usage(void)
{
	puts("Usage: mapctl [ -t ] [ -j ] monitor [ [ dev ] DEV ]\n"
	     "Prints one line for each event, until it is interrupted.");
}

static const char *const events[MAP_CMD_MAX + 1] = {
	[MAP_CMD_RULE_ADD] = "rule-add",
	[MAP_CMD_RULE_DEL] = "rule-del",
	[MAP_CMD_RULE_FLUSH] = "rule-flush",
	[MAP_CMD_RULE_REPLACE] = "rule-replace",
	[MAP_CMD_STATE_GET] = "state",
};

static void print_event_rule(const struct nlattr *rule)
{
	if (!rule)
		return;
	out_object("rule");
	print_rule(rule);
	out_object_end();
}

/* One record is one line, in JSON too. */
static int print_event(const struct nlmsghdr *nlh, void *arg)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[MAP_A_MAX + 1];
	const struct device *dev = arg;

	if (nlh->nlmsg_type < NLMSG_MIN_TYPE || header->cmd > MAP_CMD_MAX ||
	    !events[header->cmd])
		return 0;
	map_index(nlh, tb);
	if (dev->ifindex && dev->ifindex != attr_get_u32(tb[MAP_A_IFINDEX]))
		return 0;
	out_object(NULL);
	if (options.timestamp)
		out_time();
	out_string("event", "%s ", events[header->cmd]);
	out_string("ifname", "dev %s ", map_ifname(tb));
	print_event_rule(tb[MAP_A_RULE]);
	print_state(tb[MAP_A_STATE], options.stats);
	out_text("\n");
	out_object_end();
	return out_finish() ? -EPIPE : 0;
}

static int listen_on(struct genl *genl, struct device *dev)
{
	int ret;

	do {
		ret = nl_listen(&genl->nl, print_event, dev);
		if (ret == -ENOBUFS)
			fputs("Warning: events were lost.\n", stderr);
	} while (ret == -ENOBUFS);
	if (ret == -EPIPE)
		return EXIT_OK;
	fprintf(stderr, "Cannot read events: %s\n", strerror(-ret));
	return EXIT_KERNEL;
}

/**
 * do_monitor - print what happens to rules and devices
 * @args: the device, if it is one
 *
 * Return: an exit code.
 */
int do_monitor(struct args *args)
{
	struct genl genl;
	struct device dev;
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (map_device_args(args, &dev, false))
		return EXIT_USAGE;
	ret = map_listen(&genl);
	if (ret)
		return ret;
	out.joined = true;
	out.pretty = false;
	ret = listen_on(&genl, &dev);
	genl_close(&genl);
	return ret;
}
