// SPDX-License-Identifier: GPL-2.0
/* The kernel's side of a command: sockets, requests, devices. */
#include <errno.h>
#include <linux/genetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "mapctl.h"

static int open_family(struct genl *genl, const char *group)
{
	struct nl_error err;

	if (!genl_open(genl, MAP_GENL_NAME, MAP_GENL_VERSION, group, &err))
		return EXIT_OK;
	if (err.code != ENOENT)
		return nl_fail(&err, "Kernel");
	fputs("Error: the kernel has no netlink family \"" MAP_GENL_NAME
	      "\"; is the map module loaded?\n", stderr);
	return EXIT_KERNEL;
}

/**
 * map_talk - send a request to the map family
 * @msg: the request; freed
 * @reader: reads each answer, or NULL
 * @arg: for @reader
 * @err: why the kernel refused; code 0 where it was not asked
 *
 * Return: an exit code. The reason is in @err, or else it is printed.
 */
int map_talk(struct msg *msg, nl_reader reader, void *arg,
	     struct nl_error *err)
{
	static struct genl genl;

	memset(err, 0, sizeof(*err));
	if (!genl.id && open_family(&genl, NULL)) {
		msg_free(msg);
		return EXIT_KERNEL;
	}
	return genl_talk(&genl, msg, reader, arg, err) ? EXIT_KERNEL : EXIT_OK;
}

/**
 * map_listen - open a socket that gets the events of the map family
 * @genl: the socket
 *
 * Return: an exit code, with the reason printed.
 */
int map_listen(struct genl *genl)
{
	int ret = open_family(genl, MAP_MCGRP_EVENTS);
	int group = genl->group;

	if (ret)
		return ret;
	if (!mnl_socket_setsockopt(genl->nl.sock, NETLINK_ADD_MEMBERSHIP,
				   &group, sizeof(group)))
		return EXIT_OK;
	fprintf(stderr, "Cannot listen to events: %s\n", strerror(errno));
	return EXIT_KERNEL;
}

/**
 * map_rtnl - the socket to rtnetlink
 *
 * Return: the socket, opened on first use; NULL, with the reason printed,
 * when that fails.
 */
struct nl *map_rtnl(void)
{
	static struct nl nl;
	int ret;

	if (nl.sock)
		return &nl;
	ret = nl_open(&nl, NETLINK_ROUTE);
	if (!ret)
		return &nl;
	fprintf(stderr, "Cannot open netlink socket: %s\n", strerror(-ret));
	return NULL;
}

/**
 * map_request - send a request to the map family
 * @msg: the request; freed
 * @reader: reads each answer, or NULL
 * @arg: for @reader
 *
 * Return: an exit code, with the reason printed.
 */
int map_request(struct msg *msg, nl_reader reader, void *arg)
{
	struct nl_error err;
	int ret = map_talk(msg, reader, arg, &err);

	if (err.code)
		return nl_fail(&err, "Kernel");
	return ret;
}

/**
 * map_ifname - name of the device that a message is about
 * @tb: attributes of the message
 *
 * Return: the name, which the next call overwrites.
 */
const char *map_ifname(const struct nlattr *const tb[])
{
	static char name[IF_NAMESIZE];

	if (tb[MAP_A_IFNAME])
		snprintf(name, sizeof(name), "%.*s",
			 (int)mnl_attr_get_payload_len(tb[MAP_A_IFNAME]),
			 mnl_attr_get_str(tb[MAP_A_IFNAME]));
	else
		snprintf(name, sizeof(name), "if%u",
			 attr_get_u32(tb[MAP_A_IFINDEX]));
	return name;
}

/**
 * map_device - find a device
 * @name: its name
 * @dev: the result; all zero before, or else the device is there twice
 *
 * Return: an exit code, with the reason printed.
 */
int map_device(const char *name, struct device *dev)
{
	if (dev->name)
		return fail_twice("dev");
	dev->name = name;
	dev->ifindex = if_nametoindex(name);
	if (!dev->ifindex)
		return fail_word(name, "dev must be an interface, and there is none of this name");
	return EXIT_OK;
}

/**
 * map_device_args - read "[ dev ] NAME" up to the end
 * @args: the words
 * @dev: the device; NULL and 0 when no word is left
 * @needed: whether there must be one
 *
 * Return: an exit code, with the reason printed.
 */
int map_device_args(struct args *args, struct device *dev, bool needed)
{
	memset(dev, 0, sizeof(*dev));
	if (args_take(args, "dev") && !args_peek(args))
		return fail_missing("dev", "an interface");
	if (!args_peek(args))
		return needed ? fail_missing("dev", NULL) : EXIT_OK;
	if (map_device(args_next(args), dev))
		return EXIT_USAGE;
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing can follow the device");
	return EXIT_OK;
}
