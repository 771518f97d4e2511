// SPDX-License-Identifier: GPL-2.0
/* Which way a server is to be asked, by the routes that there are. */
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "route.h"

/**
 * struct route - the route to a host
 * @found: there is one
 * @here: the host is this one
 * @len: length of its prefix: 0 for a default route
 * @index: of its device
 */
struct route {
	bool found;
	bool here;
	unsigned int len;
	unsigned int index;
};

static int on_attr(const struct nlattr *attr, void *arg)
{
	struct route *route = arg;
	const struct rtnexthop *hop;

	if (mnl_attr_get_type(attr) == RTA_OIF &&
	    !mnl_attr_validate(attr, MNL_TYPE_U32))
		route->index = mnl_attr_get_u32(attr);
	/* Of several ways the first one. */
	if (mnl_attr_get_type(attr) == RTA_MULTIPATH &&
	    mnl_attr_get_payload_len(attr) >= sizeof(*hop)) {
		hop = mnl_attr_get_payload(attr);
		route->index = hop->rtnh_ifindex;
	}
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *header, void *arg)
{
	const struct rtmsg *msg = mnl_nlmsg_get_payload(header);
	struct route *route = arg;

	if (header->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(header) < sizeof(*msg))
		return MNL_CB_ERROR;
	route->found = msg->rtm_type == RTN_UNICAST;
	route->here = msg->rtm_type == RTN_LOCAL;
	route->len = msg->rtm_dst_len;
	mnl_attr_parse(header, sizeof(*msg), on_attr, route);
	return MNL_CB_STOP;
}

static void put_host(struct nlmsghdr *header, struct rtmsg *msg,
		     const struct sockaddr *to)
{
	struct sockaddr_in6 ipv6;
	struct sockaddr_in ipv4;

	msg->rtm_family = to->sa_family;
	if (to->sa_family == AF_INET) {
		memcpy(&ipv4, to, sizeof(ipv4));
		msg->rtm_dst_len = 32;
		mnl_attr_put(header, RTA_DST, 4, &ipv4.sin_addr);
	} else {
		memcpy(&ipv6, to, sizeof(ipv6));
		msg->rtm_dst_len = 128;
		mnl_attr_put(header, RTA_DST, 16, &ipv6.sin6_addr);
	}
}

static void ask(struct mnl_socket *nl, const struct sockaddr *to,
		unsigned int index, struct route *route)
{
	char buf[4096];
	struct nlmsghdr *header = mnl_nlmsg_put_header(buf);
	struct rtmsg *msg;
	ssize_t len;

	memset(route, 0, sizeof(*route));
	header->nlmsg_type = RTM_GETROUTE;
	header->nlmsg_flags = NLM_F_REQUEST;
	msg = mnl_nlmsg_put_extra_header(header, sizeof(*msg));
	/* The route, and not what it comes to for this host. */
	msg->rtm_flags = RTM_F_FIB_MATCH;
	put_host(header, msg, to);
	if (index)
		mnl_attr_put_u32(header, RTA_OIF, index);
	if (mnl_socket_sendto(nl, header, header->nlmsg_len) < 0)
		return;
	len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (len > 0)
		mnl_cb_run(buf, len, 0, mnl_socket_get_portid(nl), on_route,
			   route);
}

static bool choose(const struct route *best, const struct route *own,
		   unsigned int index)
{
	if (best->here)
		return false;
	if (!best->found || best->index == index)
		return true;
	return own->found && own->len >= best->len;
}

/**
 * route_is_by - is a server to be asked by the WAN?
 * @to: the server
 * @device: the WAN
 *
 * With several WANs the default route of the host may be by another one, but
 * this one's provider knows this one's names. A route of its own says that the
 * server is elsewhere: in the LAN, in a VPN.
 *
 * Return: false where there is a route to it by another device that is more
 * specific than that by the WAN, or none by the WAN; or where the server is this
 * host.
 */
bool route_is_by(const struct sockaddr *to, const char *device)
{
	unsigned int index = if_nametoindex(device);
	struct mnl_socket *nl;
	struct route best, own;

	/* Then the reason that a socket has says more. */
	if (!index)
		return true;
	nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl)
		return true;
	ask(nl, to, 0, &best);
	ask(nl, to, index, &own);
	mnl_socket_close(nl);
	return choose(&best, &own, index);
}
