// SPDX-License-Identifier: GPL-2.0
#include <linux/map.h>
#include <string.h>

#include "dataplane/kernel.h"

/**
 * ask_rtnl - say something to rtnetlink
 * @msg: the request; freed
 * @reader: reads each answer, or NULL
 * @arg: for @reader
 * @err: why it was refused
 *
 * Return: 0, or -1.
 */
int ask_rtnl(struct msg *msg, nl_reader reader, void *arg,
	     struct nl_error *err)
{
	static struct nl nl;
	int ret;

	ret = nl.sock ? 0 : nl_open(&nl, NETLINK_ROUTE);
	if (!ret)
		return nl_talk(&nl, msg, reader, arg, err);
	msg_free(msg);
	memset(err, 0, sizeof(*err));
	err->code = -ret;
	return -1;
}

/**
 * ask_map - say something to the family map
 * @msg: the request; freed
 * @reader: reads each answer, or NULL
 * @arg: for @reader
 * @err: why it was refused
 *
 * The number of the family is another one after the module was loaded again, so
 * a socket lives no longer than a request.
 *
 * Return: 0, or -1.
 */
int ask_map(struct msg *msg, nl_reader reader, void *arg, struct nl_error *err)
{
	struct genl genl;
	int ret;

	if (genl_open(&genl, MAP_GENL_NAME, MAP_GENL_VERSION, NULL, err)) {
		msg_free(msg);
		return -1;
	}
	ret = genl_talk(&genl, msg, reader, arg, err);
	genl_close(&genl);
	return ret;
}

/**
 * ask_refused - note that the kernel refused
 * @err: what it said
 * @why: where to
 * @what: what was asked for
 * @name: of the device
 *
 * Return: -1, for the caller to return.
 */
int ask_refused(const struct nl_error *err, struct reason *why,
		const char *what, const char *name)
{
	return reason_set(why, REASON_REFUSED, "the kernel refuses %s %s: %s",
			  what, name, *err->text ? err->text :
			  strerror(err->code));
}
