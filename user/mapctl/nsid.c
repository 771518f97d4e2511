// SPDX-License-Identifier: GPL-2.0
/* The kernel names another network namespace by a number. */
#include <dirent.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <unistd.h>

#include "mapctl.h"
#include "netns.h"

static int read_nsid(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[NETNSA_MAX + 1];
	int *nsid = arg;

	attr_index((const char *)nlh + NLMSG_SPACE(sizeof(struct rtgenmsg)),
		   nlh->nlmsg_len - NLMSG_SPACE(sizeof(struct rtgenmsg)), tb,
		   NETNSA_MAX);
	if (tb[NETNSA_NSID])
		*nsid = (int)attr_get_u32(tb[NETNSA_NSID]);
	return 0;
}

static int ask_nsid(struct nl *nl, int netns, uint16_t type, int *nsid,
		    struct nl_error *err)
{
	struct rtgenmsg header = { 0 };
	struct msg msg;

	msg_init(&msg, type, NLM_F_REQUEST | NLM_F_ACK, &header,
		 sizeof(header));
	msg_put_u32(&msg, NETNSA_FD, netns);
	if (type == RTM_NEWNSID)
		msg_put_u32(&msg, NETNSA_NSID, (uint32_t)NETNSA_NSID_NOT_ASSIGNED);
	return nl_talk(nl, &msg, read_nsid, nsid, err);
}

/**
 * nsid_of - the number of a namespace; one that has none yet is given one
 * @nl: socket to rtnetlink
 * @netns: the namespace, a file descriptor
 * @nsid: the result
 *
 * Return: an exit code, with the reason printed.
 */
int nsid_of(struct nl *nl, int netns, int *nsid)
{
	struct nl_error err;

	*nsid = NETNSA_NSID_NOT_ASSIGNED;
	if (ask_nsid(nl, netns, RTM_GETNSID, nsid, &err))
		return nl_fail(&err, "RTNETLINK");
	if (*nsid != NETNSA_NSID_NOT_ASSIGNED)
		return EXIT_OK;
	if (ask_nsid(nl, netns, RTM_NEWNSID, nsid, &err) ||
	    ask_nsid(nl, netns, RTM_GETNSID, nsid, &err))
		return nl_fail(&err, "RTNETLINK");
	return EXIT_OK;
}

static bool has_nsid(struct nl *nl, const char *name, int nsid)
{
	int found = NETNSA_NSID_NOT_ASSIGNED;
	int netns = netns_open(name);
	struct nl_error err;

	if (netns < 0)
		return false;
	if (ask_nsid(nl, netns, RTM_GETNSID, &found, &err))
		found = NETNSA_NSID_NOT_ASSIGNED;
	close(netns);
	return found == nsid;
}

/**
 * nsid_name - the name of a namespace that has a number
 * @nl: socket to rtnetlink
 * @nsid: its number
 * @name: result; the number where it has no name
 * @size: of @name
 */
void nsid_name(struct nl *nl, int nsid, char *name, size_t size)
{
	DIR *dir = opendir(NETNS_DIR);
	const struct dirent *entry;

	snprintf(name, size, "%d", nsid);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    !has_nsid(nl, entry->d_name, nsid))
			continue;
		snprintf(name, size, "%s", entry->d_name);
		break;
	}
	closedir(dir);
}
