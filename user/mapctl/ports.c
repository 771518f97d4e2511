// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <linux/genetlink.h>
#include <stdio.h>

#include "bar.h"
#include "mapctl.h"

static void usage(void)
{
	puts("Usage: mapctl ports [ dev ] DEV");
}

static void print_proto(const struct nlattr *nest)
{
	const struct nlattr *tb[MAP_A_PORTS_MAX + 1];
	uint32_t used, total;

	map_index_nest(nest, tb, MAP_A_PORTS_MAX);
	used = attr_get_u32(tb[MAP_A_PORTS_USED]);
	total = attr_get_u32(tb[MAP_A_PORTS_TOTAL]);
	out_object(NULL);
	out_string("proto", "%-8s", proto_name(attr_get_u8(tb[MAP_A_PORTS_PROTO])));
	bar_print(used, total);
	out_number("used", "used %5" PRIu64, used);
	out_number("total", " of %5" PRIu64, total);
	out_text(" (%u%%)", total ? (unsigned int)(100ull * used / total) : 0);
	out_number("bindings", " bindings %" PRIu64 "\n",
		   attr_get_u32(tb[MAP_A_PORTS_BINDINGS]));
	out_object_end();
}

static int print_use(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr;

	(void)arg;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == MAP_A_PORTS)
			print_proto(attr);
	return 0;
}

/**
 * do_ports - show how full the port set of a device is
 * @args: the device
 *
 * Return: an exit code.
 */
int do_ports(struct args *args)
{
	struct device dev;
	struct msg msg;
	int ret;

	if (args_help(args))
		return show_help(usage);
	if (map_device_args(args, &dev, true))
		return EXIT_USAGE;
	genl_request(&msg, MAP_CMD_PORTS_GET, NLM_F_ACK);
	msg_put_u32(&msg, MAP_A_IFINDEX, dev.ifindex);
	out_array(NULL);
	ret = map_request(&msg, print_use, NULL);
	out_array_end();
	return ret;
}
