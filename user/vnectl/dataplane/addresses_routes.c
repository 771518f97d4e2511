// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "dataplane/kernel.h"
#include "attr.h"
#include "parse.h"
#include "dataplane/addresses_routes.h"

#define FOREVER 0xffffffff

static uint16_t flags_of(enum place place)
{
	return NLM_F_REQUEST | NLM_F_ACK |
		(place == PLACE_ADD ? NLM_F_CREATE | NLM_F_EXCL : 0);
}

/* Something that is there is right, and something that is gone is, too. */
static int judge(enum place place, const struct nl_error *err,
		 const char *what, const char *text, struct reason *why)
{
	char whole[128];

	if (place == PLACE_ADD ? err->code == EEXIST :
	    err->code == ENODEV || err->code == EADDRNOTAVAIL ||
	    err->code == ESRCH || err->code == ENOENT)
		return 0;
	snprintf(whole, sizeof(whole), "the %s", what);
	return ask_refused(err, why, whole, text);
}

static void address_begin(struct msg *msg, enum place place, int family,
			  int index, uint8_t len)
{
	struct ifaddrmsg header = {
		.ifa_family = family,
		.ifa_prefixlen = len,
		.ifa_index = index,
	};

	msg_init(msg, place == PLACE_ADD ? RTM_NEWADDR : RTM_DELADDR,
		 flags_of(place), &header, sizeof(header));
}

/**
 * place_ipv4 - the own IPv4 address
 * @place: add or delete
 * @index: of the tunnel's device
 * @ipv4: the address, in network byte order
 * @len: of the prefix around it
 * @why: set when the kernel refuses
 *
 * Return: 0, or -1.
 */
int place_ipv4(enum place place, int index, uint32_t ipv4, uint8_t len,
	       struct reason *why)
{
	char buf[PREFIX_STRLEN];
	struct nl_error err;
	struct msg msg;

	address_begin(&msg, place, AF_INET, index, len);
	msg_put(&msg, IFA_LOCAL, &ipv4, sizeof(ipv4));
	msg_put(&msg, IFA_ADDRESS, &ipv4, sizeof(ipv4));
	if (!ask_rtnl(&msg, NULL, NULL, &err))
		return 0;
	return judge(place, &err, "address", format_prefix4(ipv4, len, buf),
		     why);
}

/**
 * place_ipv6 - the own IPv6 address of the tunnel, on the WAN
 * @place: add or delete
 * @index: of the WAN
 * @ipv6: the address
 * @why: set when the kernel refuses
 *
 * No other node of the link has it, as it is made of what the provider gave to
 * this line alone, so nobody waits for the detection of duplicates (RFC 4862,
 * section 5.4). With a preferred lifetime of 0 it is nobody's source but the
 * tunnel's (RFC 6724, rule 3).
 *
 * Return: 0, or -1.
 */
int place_ipv6(enum place place, int index, const struct in6_addr *ipv6,
	       struct reason *why)
{
	struct ifa_cacheinfo life = { .ifa_prefered = 0, .ifa_valid = FOREVER };
	char buf[PREFIX_STRLEN];
	struct nl_error err;
	struct msg msg;

	address_begin(&msg, place, AF_INET6, index, 128);
	msg_put(&msg, IFA_LOCAL, ipv6, sizeof(*ipv6));
	if (place == PLACE_ADD) {
		msg_put_u32(&msg, IFA_FLAGS,
			    IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
		msg_put(&msg, IFA_CACHEINFO, &life, sizeof(life));
	}
	if (!ask_rtnl(&msg, NULL, NULL, &err))
		return 0;
	return judge(place, &err, "address", format_ipv6(ipv6, buf), why);
}

struct search {
	int index;
	const struct in6_addr *ipv6;
	bool found;
};

static int see_address(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(nlh);
	size_t skip = NLMSG_SPACE(sizeof(*header));
	const struct nlattr *tb[IFA_MAX + 1];
	struct search *search = arg;

	if (nlh->nlmsg_type != RTM_NEWADDR || nlh->nlmsg_len < skip ||
	    (int)header->ifa_index != search->index)
		return 0;
	attr_index((const char *)nlh + skip, nlh->nlmsg_len - skip, tb,
		   IFA_MAX);
	if (tb[IFA_ADDRESS] && !memcmp(mnl_attr_get_payload(tb[IFA_ADDRESS]),
				       search->ipv6, sizeof(*search->ipv6)))
		search->found = true;
	return 0;
}

/**
 * place_is_there - does a device have an IPv6 address?
 * @index: of the device
 * @ipv6: the address
 *
 * Return: true if it has.
 */
bool place_is_there(int index, const struct in6_addr *ipv6)
{
	struct ifaddrmsg header = {
		.ifa_family = AF_INET6, .ifa_index = index,
	};
	struct search search = { index, ipv6, false };
	struct nl_error err;
	struct msg msg;

	msg_init(&msg, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, &header,
		 sizeof(header));
	ask_rtnl(&msg, see_address, &search, &err);
	return search.found;
}

static void route_begin(struct msg *msg, enum place place, int family,
			uint8_t len)
{
	struct rtmsg header = {
		.rtm_family = family,
		.rtm_dst_len = len,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = family == AF_INET ? RT_SCOPE_LINK :
			RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};

	if (place == PLACE_DEL)
		header.rtm_scope = RT_SCOPE_NOWHERE;
	msg_init(msg, place == PLACE_ADD ? RTM_NEWROUTE : RTM_DELROUTE,
		 flags_of(place), &header, sizeof(header));
}

/**
 * place_route6 - what comes for the own addresses is for the translator
 * @place: add or delete
 * @index: of the tunnel's device
 * @prefix: the own address, or those of all hosts
 * @len: 128, or length of their prefix
 * @why: set when the kernel refuses
 *
 * Return: 0, or -1.
 */
int place_route6(enum place place, int index, const struct in6_addr *prefix,
		 uint8_t len, struct reason *why)
{
	char buf[PREFIX_STRLEN];
	struct nl_error err;
	struct msg msg;

	route_begin(&msg, place, AF_INET6, len);
	msg_put(&msg, RTA_DST, prefix, sizeof(*prefix));
	msg_put_u32(&msg, RTA_OIF, index);
	if (!ask_rtnl(&msg, NULL, NULL, &err))
		return 0;
	return judge(place, &err, "route", format_prefix6(prefix, len, buf),
		     why);
}

struct other {
	uint32_t metric;
	int index;
};

static int see_default(const struct nlmsghdr *nlh, void *arg)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(nlh);
	size_t skip = NLMSG_SPACE(sizeof(*header));
	const struct nlattr *tb[RTA_MAX + 1];
	struct other *other = arg;
	uint32_t metric;

	if (nlh->nlmsg_type != RTM_NEWROUTE || nlh->nlmsg_len < skip ||
	    header->rtm_dst_len || header->rtm_tos ||
	    header->rtm_table != RT_TABLE_MAIN)
		return 0;
	attr_index((const char *)nlh + skip, nlh->nlmsg_len - skip, tb,
		   RTA_MAX);
	metric = tb[RTA_PRIORITY] ? attr_get_u32(tb[RTA_PRIORITY]) : 0;
	if (metric == other->metric)
		other->index = tb[RTA_OIF] ?
			(int)attr_get_u32(tb[RTA_OIF]) : -1;
	return 0;
}

/* By whom the default route with a metric goes, 0 for nobody: by one device, or by
 * any where @index is 0. The kernel leaves out the routes of others, of which a
 * router can have a million.
 */
static int default_by(uint32_t metric, int index)
{
	struct rtmsg header = {
		.rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN,
	};
	struct other other = { metric, 0 };
	struct nl_error err;
	struct msg msg;

	msg_init(&msg, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, &header,
		 sizeof(header));
	if (index)
		msg_put_u32(&msg, RTA_OIF, index);
	ask_rtnl(&msg, see_default, &other, &err);
	return other.index;
}

/**
 * place_default - the IPv4 default route
 * @index: of the tunnel's device
 * @metric: of the route
 * @device: name of the device
 * @why: set when another route is in the way, or the kernel refuses
 *
 * Return: 0, or -1.
 */
int place_default(int index, uint32_t metric, const char *device,
		  struct reason *why)
{
	char name[IFNAMSIZ] = "?";
	struct nl_error err;
	struct msg msg;

	route_begin(&msg, PLACE_ADD, AF_INET, 0);
	msg_put_u32(&msg, RTA_OIF, index);
	msg_put_u32(&msg, RTA_PRIORITY, metric);
	if (!ask_rtnl(&msg, NULL, NULL, &err))
		return 0;
	if (err.code != EEXIST)
		return ask_refused(&err, why, "the default route by", device);
	if (default_by(metric, index) == index)
		return 0;
	if_indextoname(default_by(metric, 0), name);
	return reason_set(why, REASON_REFUSED,
			  "there is an IPv4 default route with metric %u by %s already: say another route-metric, or default-route = no",
			  metric, name);
}

/**
 * place_no_default - take the IPv4 default route away
 * @index: of the tunnel's device
 * @metric: of the route
 */
void place_no_default(int index, uint32_t metric)
{
	struct nl_error err;
	struct msg msg;

	route_begin(&msg, PLACE_DEL, AF_INET, 0);
	msg_put_u32(&msg, RTA_OIF, index);
	msg_put_u32(&msg, RTA_PRIORITY, metric);
	ask_rtnl(&msg, NULL, NULL, &err);
}

/**
 * place_proxy - answer for an address that is behind the translator
 * @place: add or delete
 * @index: of the WAN
 * @ipv6: the address
 * @why: set when the kernel refuses
 *
 * Return: 0, or -1.
 */
int place_proxy(enum place place, int index, const struct in6_addr *ipv6,
		struct reason *why)
{
	struct ndmsg header = {
		.ndm_family = AF_INET6,
		.ndm_ifindex = index,
		.ndm_flags = NTF_PROXY,
		.ndm_state = NUD_PERMANENT,
	};
	char buf[PREFIX_STRLEN];
	struct nl_error err;
	struct msg msg;

	msg_init(&msg, place == PLACE_ADD ? RTM_NEWNEIGH : RTM_DELNEIGH,
		 flags_of(place), &header, sizeof(header));
	msg_put(&msg, NDA_DST, ipv6, sizeof(*ipv6));
	if (!ask_rtnl(&msg, NULL, NULL, &err))
		return 0;
	return judge(place, &err, "neighbour", format_ipv6(ipv6, buf), why);
}
