// SPDX-License-Identifier: GPL-2.0
/* Settings come from rtnetlink, what follows from them from the map family. */
#include <inttypes.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>

#include "mapctl.h"

static int show_state(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_MAX + 1];

	(void)arg;
	map_index(nlh, tb);
	print_state(tb[MAP_A_STATE], options.stats);
	return 0;
}

static int show_counters(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MAP_A_MAX + 1];

	(void)arg;
	map_index(nlh, tb);
	out_object("stats");
	print_counters(tb[MAP_A_STATS], false, "    ");
	out_object_end();
	return 0;
}

static int ask(uint8_t cmd, uint32_t ifindex, nl_reader reader)
{
	struct msg msg;

	genl_request(&msg, cmd, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, ifindex);
	return map_request(&msg, reader, NULL);
}

/* The lower device of a device whose tunnel is in another namespace. */
static int other_nsid;

static const char *other_ifname(uint32_t ifindex)
{
	static char name[IF_NAMESIZE];

	link_name(other_nsid, ifindex, name);
	return name;
}

static void print_settings(const struct nlattr *nsid,
			   const struct nlattr *const data[])
{
	struct attr_printer printer = map_printer;
	char name[256];

	if (nsid) {
		other_nsid = (int)attr_get_u32(nsid);
		printer.ifname = other_ifname;
		nsid_name(map_rtnl(), other_nsid, name, sizeof(name));
		out_string("link_netns", "link-netns %s ", name);
	}
	out_line("    ");
	attr_print(&map_link_attrs, data, &printer);
}

static void print_link(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[IFLA_MAX + 1], *data[IFLA_MAP_MAX + 1];
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	bool up = header->ifi_flags & IFF_UP;

	link_index(nlh, tb, data);
	out_string("ifname", "%s: ", tb[IFLA_IFNAME] ?
		   mnl_attr_get_str(tb[IFLA_IFNAME]) : "");
	out_number("ifindex", NULL, header->ifi_index);
	out_text(up ? "up " : "down ");
	out_bool("up", NULL, up);
	out_number("mtu", "mtu %" PRIu64 " ", attr_get_u32(tb[IFLA_MTU]));
	print_settings(tb[IFLA_LINK_NETNSID], data);
}

static int show_link(const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	int ret;

	out_object(NULL);
	print_link(nlh);
	ret = ask(MAP_CMD_STATE_GET, header->ifi_index, show_state);
	if (!ret && options.stats)
		ret = ask(MAP_CMD_STATS_GET, header->ifi_index, show_counters);
	out_text("\n");
	out_object_end();
	return ret;
}

static int show_links(const struct links *links)
{
	int ret = EXIT_OK;
	unsigned int i;

	out_array(NULL);
	for (i = 0; !ret && i < links->count; i++)
		ret = show_link(links->msgs[i]);
	out_array_end();
	return ret;
}

static void usage(void)
{
	puts("Usage: mapctl [ -s ] [ dev ] show [ DEV ]\n"
	     "With -s, all port ranges and the counters.");
}

/**
 * do_dev_show - show devices: their settings, and what follows from them
 * @args: the device, if it is one
 *
 * Return: an exit code.
 */
int do_dev_show(struct args *args)
{
	struct links links = { 0 };
	struct device dev;
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (map_device_args(args, &dev, false))
		return EXIT_USAGE;
	ret = links_read(&dev, &links);
	if (!ret)
		ret = show_links(&links);
	links_free(&links);
	return ret;
}
