// SPDX-License-Identifier: GPL-2.0
/* A device is added and changed by rtnetlink, as `ip link` does it. */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mapctl.h"
#include "netns.h"
#include "parse.h"

/**
 * struct settings - what was asked for
 * @name: the device
 * @data: its attributes IFLA_MAP_*
 * @sink: puts them into @data
 * @link: name of the lower device, resolved when all is read
 * @mtu: MTU, 0 where none was given
 * @flags: IFF_UP, or 0
 * @change: IFF_UP where "up" or "down" was given
 * @netns: where the device is to live, or -1
 * @link_netns: where the tunnel is to be, or -1
 */
struct settings {
	const char *name;
	struct msg data;
	struct attr_sink sink;
	const char *link;
	uint32_t mtu;
	unsigned int flags;
	unsigned int change;
	int netns;
	int link_netns;
};

static void put_attr(void *arg, uint16_t type, const void *data, size_t len)
{
	struct settings *set = arg;

	msg_put(&set->data, type, data, len);
}

static int keep_link(void *arg, uint16_t type, const char *name,
		     struct arg_error *err)
{
	struct settings *set = arg;

	(void)type;
	(void)err;
	set->link = name;
	return 0;
}

static void settings_init(struct settings *set)
{
	memset(set, 0, sizeof(*set));
	msg_init(&set->data, 0, 0, NULL, 0);
	set->sink.put = put_attr;
	set->sink.put_link = keep_link;
	set->sink.arg = set;
	set->netns = -1;
	set->link_netns = -1;
}

static void settings_free(struct settings *set)
{
	msg_free(&set->data);
	if (set->netns >= 0)
		close(set->netns);
	if (set->link_netns >= 0)
		close(set->link_netns);
}

/* Keywords of any link. */
enum { MTU, UP, DOWN, NETNS, LINK_NETNS, LINK_KEYWORDS };

static const char *const link_keywords[LINK_KEYWORDS] = {
	"mtu", "up", "down", "netns", "link-netns",
};

static int read_netns(const char *keyword, const char *name, int *fd)
{
	if (*fd >= 0)
		return fail_twice(keyword);
	*fd = netns_open(name);
	if (*fd >= 0)
		return EXIT_OK;
	return fail_word(name, "%s must be a network namespace: %s", keyword,
			 strerror(-*fd));
}

static int read_mtu(const char *value, uint32_t *mtu)
{
	struct arg_error err;

	if (*mtu)
		return fail_twice("mtu");
	if (parse_number(value, "mtu", 1, 65535, mtu, &err))
		return fail_arg(&err);
	return EXIT_OK;
}

static int read_link_keyword(struct settings *set, int keyword,
			     struct args *args)
{
	const char *value;

	if (keyword == UP || keyword == DOWN) {
		set->change = IFF_UP;
		set->flags = keyword == UP ? IFF_UP : 0;
		return EXIT_OK;
	}
	value = args_next(args);
	if (!value)
		return fail_missing(link_keywords[keyword],
				    keyword == MTU ? "1 to 65535" :
				    "the name of a network namespace");
	if (keyword == MTU)
		return read_mtu(value, &set->mtu);
	return read_netns(link_keywords[keyword], value,
			  keyword == NETNS ? &set->netns : &set->link_netns);
}

static int read_map_keyword(struct settings *set, int index, struct args *args)
{
	const struct attr *attr = &map_link_attrs.attrs[index];
	const char *value = args_next(args);
	struct arg_error err;
	char expects[128];

	if (!value)
		return fail_missing(attr->name,
				    attr_expects(attr, expects,
						 sizeof(expects)));
	if (attr_parse(&map_link_attrs, index, value, &set->sink, &err))
		return fail_arg(&err);
	return EXIT_OK;
}

static int read_keyword(struct settings *set, struct args *args)
{
	const char *word = args_next(args);
	int link = keyword_find(word, (const char *)link_keywords,
				sizeof(link_keywords[0]), LINK_KEYWORDS);
	int index = attr_find(&map_link_attrs, word);

	if (index >= 0)
		return read_map_keyword(set, index, args);
	if (link >= 0 && index == KEYWORD_NONE)
		return read_link_keyword(set, link, args);
	if (link == KEYWORD_AMBIGUOUS || index == KEYWORD_AMBIGUOUS)
		return fail_word(word, "the keyword is ambiguous, try \"mapctl dev help\"");
	return fail_word(word, "the keyword is unknown, try \"mapctl dev help\"");
}

static int read_name(const char **name, struct args *args)
{
	if (!args_take(args, "dev"))
		args_take(args, "name");
	*name = args_next(args);
	if (!*name)
		return fail_missing("dev", "the name of a device");
	if (!**name || strlen(*name) >= IF_NAMESIZE || strchr(*name, '/'))
		return fail_word(*name, "dev must be a name of 1 to %d characters",
				 IF_NAMESIZE - 1);
	return EXIT_OK;
}

/* The lower device is looked up where the tunnel is going to be. */
static int resolve_link(struct settings *set)
{
	uint32_t ifindex = 0;

	if (!set->link)
		return EXIT_OK;
	if (set->link_netns < 0)
		ifindex = if_nametoindex(set->link);
	else if (netns_ifindex(set->link_netns, set->link, &ifindex))
		ifindex = 0;
	if (!ifindex)
		return fail_word(set->link, "link must be an interface, and there is none of this name");
	msg_put_u32(&set->data, IFLA_MAP_LINK, ifindex);
	return EXIT_OK;
}

static int read_settings(struct settings *set, struct args *args)
{
	int ret = read_name(&set->name, args);

	while (!ret && args_peek(args))
		ret = read_keyword(set, args);
	return ret ? ret : resolve_link(set);
}

static int put_link_netns(struct nl *nl, const struct settings *set,
			  struct msg *msg)
{
	int nsid;

	if (set->link_netns < 0)
		return EXIT_OK;
	if (nsid_of(nl, set->link_netns, &nsid))
		return EXIT_KERNEL;
	msg_put_u32(msg, IFLA_LINK_NETNSID, nsid);
	return EXIT_OK;
}

static void put_linkinfo(const struct settings *set, struct msg *msg)
{
	size_t info = msg_nest(msg, IFLA_LINKINFO);

	msg_put_str(msg, IFLA_INFO_KIND, "map");
	if (set->data.failed)
		msg->failed = 1;
	else
		msg_put(msg, IFLA_INFO_DATA | NLA_F_NESTED,
			set->data.data + NLMSG_HDRLEN,
			set->data.len - NLMSG_HDRLEN);
	msg_nest_end(msg, info);
}

static int send_settings(const struct settings *set, uint16_t flags)
{
	struct ifinfomsg header = {
		.ifi_flags = set->flags,
		.ifi_change = set->change,
	};
	struct nl *nl = map_rtnl();
	struct nl_error err;
	struct msg msg;

	if (!nl)
		return EXIT_KERNEL;
	msg_init(&msg, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | flags, &header,
		 sizeof(header));
	msg_put_str(&msg, IFLA_IFNAME, set->name);
	if (set->mtu)
		msg_put_u32(&msg, IFLA_MTU, set->mtu);
	if (set->netns >= 0)
		msg_put_u32(&msg, IFLA_NET_NS_FD, set->netns);
	if (put_link_netns(nl, set, &msg)) {
		msg_free(&msg);
		return EXIT_KERNEL;
	}
	put_linkinfo(set, &msg);
	if (nl_talk(nl, &msg, NULL, NULL, &err))
		return nl_fail(&err, "RTNETLINK");
	return EXIT_OK;
}

/* The kernel refuses settings of another kind without a word. */
static int check_kind(const char *name)
{
	struct links links = { 0 };
	struct device dev = { 0 };
	int ret;

	if (map_device(name, &dev))
		return EXIT_USAGE;
	ret = links_read(&dev, &links);
	links_free(&links);
	return ret;
}

static int change_device(struct args *args, uint16_t flags)
{
	struct settings set;
	int ret;

	settings_init(&set);
	ret = read_settings(&set, args);
	if (!ret && !flags)
		ret = check_kind(set.name);
	if (!ret)
		ret = send_settings(&set, flags);
	settings_free(&set);
	return ret;
}

/**
 * do_dev_add - add a device
 * @args: its name and settings
 *
 * Return: an exit code.
 */
int do_dev_add(struct args *args)
{
	return change_device(args, NLM_F_CREATE | NLM_F_EXCL);
}

/**
 * do_dev_set - change a device
 * @args: its name and new settings
 *
 * Return: an exit code.
 */
int do_dev_set(struct args *args)
{
	return change_device(args, 0);
}
