// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "dataplane/kernel.h"
#include "attr.h"
#include "map_attrs.h"
#include "map_msg.h"
#include "parse.h"
#include "dataplane/link.h"

static void put(void *arg, uint16_t type, const void *data, size_t len)
{
	msg_put(arg, type, data, len);
}

static int put_link(void *arg, uint16_t type, const char *name,
		    struct arg_error *err)
{
	uint32_t index = if_nametoindex(name);

	(void)err;
	msg_put_u32(arg, type, index);
	return 0;
}

static int put_word(struct attr_sink *sink, const char *key, const char *value,
		    struct reason *why)
{
	struct arg_error err;

	if (!attr_parse(&map_link_attrs, attr_find(&map_link_attrs, key),
			value, sink, &err))
		return 0;
	return reason_set(why, REASON_INVALID_REQUEST, "%s", err.reason);
}

/* The attributes that the plan wants, in the words of `ip link`. */
static int put_settings(const struct plan *plan, struct msg *msg,
			struct reason *why)
{
	struct attr_sink sink = {
		.put = put, .put_link = put_link, .arg = msg,
	};
	char buf[PREFIX_STRLEN];
	int ret;

	ret = put_word(&sink, "mode", map_modes[plan->mode], why) ||
		put_word(&sink, "link", plan->wan, why) ||
		put_word(&sink, "mss-clamp", plan->mss_clamp ? "on" : "off",
			 why);
	if (!ret && plan->mode != MAP_MODE_MAP_T)
		ret = put_word(&sink, "fragment",
			       plan->outer ? "outer" : "inner", why);
	if (!ret && plan->mode == MAP_MODE_IPIP)
		return put_word(&sink, "local",
				format_ipv6(&plan->local, buf), why) ||
			put_word(&sink, "remote",
				 format_ipv6(&plan->remote, buf), why) ?
			-1 : 0;
	if (!ret)
		ret = put_word(&sink, "snat", plan->snat ? "on" : "off", why) ||
			put_word(&sink, "snat-reserve", plan->reserve ?
				 plan->reserve : "none", why) ||
			put_word(&sink, "prefix",
				 format_prefix6(&plan->bmr.prefix,
						plan->bmr.prefix_len, buf),
				 why);
	return ret ? -1 : 0;
}

static bool same_attr(const struct nlattr *want, const struct nlattr *have)
{
	size_t len = mnl_attr_get_payload_len(want);

	/* What is empty is not there. */
	if (!have)
		return !len;
	return len == mnl_attr_get_payload_len(have) &&
		!memcmp(mnl_attr_get_payload(want), mnl_attr_get_payload(have),
			len);
}

static void compare(const struct plan *plan, const struct nlattr *const data[],
		    struct tunnel *tunnel)
{
	const struct nlattr *want[IFLA_MAP_MAX + 1];
	struct reason why;
	struct msg msg;
	int i;

	msg_init(&msg, 0, 0, NULL, 0);
	if (!put_settings(plan, &msg, &why) && !msg.failed) {
		attr_index(msg.data + NLMSG_HDRLEN, msg.len - NLMSG_HDRLEN,
			   want, IFLA_MAP_MAX);
		tunnel->same = true;
		for (i = 1; i <= IFLA_MAP_MAX; i++)
			if (want[i] && !same_attr(want[i], data[i]))
				tunnel->same = false;
		tunnel->same_prefix = !want[IFLA_MAP_PREFIX] ||
			(same_attr(want[IFLA_MAP_PREFIX],
				   data[IFLA_MAP_PREFIX]) &&
			 same_attr(want[IFLA_MAP_PREFIX_LEN],
				   data[IFLA_MAP_PREFIX_LEN]));
	}
	msg_free(&msg);
}

struct look {
	const struct plan *plan;
	struct tunnel *tunnel;
};

static int read_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[IFLA_MAX + 1], *data[IFLA_MAP_MAX + 1];
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(nlh);
	struct look *look = arg;
	struct tunnel *tunnel = look->tunnel;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return 0;
	tunnel->is_map = link_index(nlh, tb, data);
	tunnel->index = header->ifi_index;
	tunnel->up = header->ifi_flags & IFF_UP;
	tunnel->mtu = attr_get_u32(tb[IFLA_MTU]);
	if (!tunnel->is_map)
		return 0;
	tunnel->mode = attr_get_u8(data[IFLA_MAP_MODE]);
	if (look->plan)
		compare(look->plan, data, tunnel);
	return 0;
}

/**
 * tunnel_look - what is there
 * @device: name of the device
 * @plan: what is wanted, or NULL
 * @tunnel: the result
 * @why: set when the kernel does not say
 *
 * Return: 0, or -1.
 */
int tunnel_look(const char *device, const struct plan *plan,
		struct tunnel *tunnel, struct reason *why)
{
	struct ifinfomsg header = { 0 };
	struct look look = { plan, tunnel };
	struct nl_error err;
	struct msg msg;

	memset(tunnel, 0, sizeof(*tunnel));
	msg_init(&msg, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, &header,
		 sizeof(header));
	msg_put_str(&msg, IFLA_IFNAME, device);
	if (!ask_rtnl(&msg, read_link, &look, &err) || err.code == ENODEV)
		return 0;
	return ask_refused(&err, why, "to tell of", device);
}

/**
 * tunnel_make - make a device, or make it what the plan wants
 * @plan: the plan
 * @there: it is there
 * @why: set when the kernel refuses
 *
 * Return: 0, or -1.
 */
int tunnel_make(const struct plan *plan, bool there, struct reason *why)
{
	struct ifinfomsg header = {
		.ifi_flags = IFF_UP, .ifi_change = IFF_UP,
	};
	struct nl_error err;
	size_t info, data;
	struct msg msg;
	int ret;

	msg_init(&msg, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK |
		 (there ? 0 : NLM_F_CREATE | NLM_F_EXCL), &header,
		 sizeof(header));
	msg_put_str(&msg, IFLA_IFNAME, plan->device);
	if (plan->mtu)
		msg_put_u32(&msg, IFLA_MTU, plan->mtu);
	info = msg_nest(&msg, IFLA_LINKINFO);
	msg_put_str(&msg, IFLA_INFO_KIND, "map");
	data = msg_nest(&msg, IFLA_INFO_DATA);
	ret = put_settings(plan, &msg, why);
	msg_nest_end(&msg, data);
	msg_nest_end(&msg, info);
	if (ret) {
		msg_free(&msg);
		return ret;
	}
	if (!ask_rtnl(&msg, NULL, NULL, &err))
		return 0;
	if (err.code == EOPNOTSUPP && !*err.text)
		return reason_set(why, REASON_REFUSED,
				  "this kernel has no devices of type map: is the module map installed?");
	return ask_refused(&err, why, there ? "a change of" : "to make",
			   plan->device);
}

/**
 * tunnel_delete - delete a device
 * @device: its name
 * @why: set when the kernel refuses
 *
 * Return: 0, also where there is none, or -1.
 */
int tunnel_delete(const char *device, struct reason *why)
{
	struct ifinfomsg header = { 0 };
	struct nl_error err;
	struct msg msg;

	msg_init(&msg, RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK, &header,
		 sizeof(header));
	msg_put_str(&msg, IFLA_IFNAME, device);
	if (!ask_rtnl(&msg, NULL, NULL, &err) || err.code == ENODEV)
		return 0;
	return ask_refused(&err, why, "to delete", device);
}
