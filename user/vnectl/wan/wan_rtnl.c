// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr.h"
#include "clock.h"
#include "base/endpoint.h"
#include "util.h"
#include "wan/wan_rtnl.h"

/* On-link or for autonomous addresses, in RTM_NEWPREFIX: bits of older kernels,
 * and those of the option (RFC 4861, section 4.6.2), which newer ones copy.
 */
#define PREFIX_FLAGS	(0x01 | 0x02 | 0x80 | 0x40)

/* What is announced for longer is for hosts, and no end-user prefix. */
#define PREFIX_LEN_MAX	64

/* Once the kernel has changed something while it told all, it begins again. */
#define READ_TRIES	5

#define RECEIVE_MAX	256

static struct {
	struct nl_sock *ask;
	struct nl_sock *hear;
	wan_handler handler;
} socks;

/**
 * struct reading - a dump that is read
 * @wan: the result
 * @now: what time it is
 * @done: its end has come
 * @interrupted: something was changed meanwhile, and may be missing
 */
struct reading {
	struct wan *wan;
	double now;
	bool done;
	bool interrupted;
};

typedef void (*read_message)(struct nlmsghdr *header, struct reading *reading);

/**
 * struct answer - what reads the messages of an answer
 * @reader: reads one of them
 * @reading: for @reader
 */
struct answer {
	read_message reader;
	struct reading *reading;
};

static bool is_global(const struct in6_addr *ipv6)
{
	return endpoint_usable(ipv6) && (ipv6->s6_addr[0] & 0xfe) != 0xfc;
}

static bool get_ipv6(struct nlattr *attr, struct in6_addr *ipv6)
{
	if (!attr || nla_len(attr) < (int)sizeof(*ipv6))
		return false;
	memcpy(ipv6, nla_data(attr), sizeof(*ipv6));
	return true;
}

static bool get_u32(struct nlattr *attr, uint32_t *value)
{
	if (!attr || nla_len(attr) < (int)sizeof(*value))
		return false;
	*value = nla_get_u32(attr);
	return true;
}

/* The MTU of a link may be larger than the one that its router announces. */
static uint32_t mtu_of(struct nlattr **tb)
{
	struct nlattr *af = tb[IFLA_AF_SPEC] ?
		nla_find(nla_data(tb[IFLA_AF_SPEC]), nla_len(tb[IFLA_AF_SPEC]),
			 AF_INET6) : NULL;
	struct nlattr *conf = af ?
		nla_find(nla_data(af), nla_len(af), IFLA_INET6_CONF) : NULL;
	uint32_t mtu = 0, ipv6;

	get_u32(tb[IFLA_MTU], &mtu);
	if (!conf || nla_len(conf) < (int)(sizeof(ipv6) * (DEVCONF_MTU6 + 1)))
		return mtu;
	memcpy(&ipv6, (uint32_t *)nla_data(conf) + DEVCONF_MTU6, sizeof(ipv6));
	return ipv6 && ipv6 < mtu ? ipv6 : mtu;
}

static void read_link(struct nlmsghdr *header, struct reading *reading)
{
	struct nlattr *tb[IFLA_MAX + 1];
	struct ifinfomsg *link = nlmsg_data(header);

	if (header->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(header, sizeof(*link), tb, IFLA_MAX, NULL))
		return;
	reading->wan->index = link->ifi_index;
	reading->wan->up = link->ifi_flags & IFF_UP &&
		link->ifi_flags & IFF_RUNNING &&
		link->ifi_flags & IFF_LOWER_UP;
	reading->wan->mtu = mtu_of(tb);
}

static void add_prefix(struct prefixes *to, const struct prefix *prefix)
{
	struct prefix masked = *prefix, *old;

	map_ipv6_prefix_mask(&masked.ipv6, masked.len);
	old = prefixes_find(to, &masked.ipv6, masked.len);
	if (old) {
		masked.preferred = fmax(old->preferred, masked.preferred);
		masked.valid = fmax(old->valid, masked.valid);
	}
	prefixes_add(to, &masked);
}

/* Those of a person have no lifetimes, and tell of no announcement; neither do
 * those of DHCPv6, which stand alone.
 */
static bool is_announced(const struct prefix *prefix, uint32_t flags)
{
	return !(flags & IFA_F_PERMANENT) && prefix->len <= PREFIX_LEN_MAX;
}

static void add_address(struct wan *wan, struct prefix *prefix, uint32_t flags,
			double now)
{
	if (is_announced(prefix, flags))
		add_prefix(&wan->prefixes, prefix);
	if (flags & (IFA_F_TEMPORARY | IFA_F_DADFAILED | IFA_F_DEPRECATED) ||
	    (flags & IFA_F_TENTATIVE && !(flags & IFA_F_OPTIMISTIC)) ||
	    prefix->preferred <= now)
		return;
	prefixes_add(&wan->addresses, prefix);
}

static void read_address(struct nlmsghdr *header, struct reading *reading)
{
	struct ifaddrmsg *addr = nlmsg_data(header);
	struct nlattr *tb[IFA_MAX + 1];
	struct ifa_cacheinfo life = {
		.ifa_prefered = LIFETIME_INFINITE,
		.ifa_valid = LIFETIME_INFINITE,
	};
	struct prefix prefix;
	uint32_t flags;

	if (header->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse(header, sizeof(*addr), tb, IFA_MAX, NULL) ||
	    (int)addr->ifa_index != reading->wan->index ||
	    addr->ifa_scope != RT_SCOPE_UNIVERSE)
		return;
	/* Of a point-to-point link, the address is the other end's. */
	if (!get_ipv6(tb[IFA_LOCAL], &prefix.ipv6) &&
	    !get_ipv6(tb[IFA_ADDRESS], &prefix.ipv6))
		return;
	if (!is_global(&prefix.ipv6))
		return;
	if (!get_u32(tb[IFA_FLAGS], &flags))
		flags = addr->ifa_flags;
	if (tb[IFA_CACHEINFO])
		nla_memcpy(&life, tb[IFA_CACHEINFO], sizeof(life));
	prefix.len = addr->ifa_prefixlen;
	prefix_set_lifetimes(&prefix, life.ifa_prefered, life.ifa_valid,
			     reading->now);
	add_address(reading->wan, &prefix, flags, reading->now);
}

static bool is_hop(const struct rtnexthop *hop, int left)
{
	return left >= (int)sizeof(*hop) &&
		hop->rtnh_len >= sizeof(*hop) && hop->rtnh_len <= left;
}

/* Does a route go by the device, if not alone? */
static bool goes_by(struct nlattr **tb, int index)
{
	struct nlattr *hops = tb[RTA_MULTIPATH];
	struct rtnexthop *hop;
	uint32_t oif;
	int left;

	if (get_u32(tb[RTA_OIF], &oif))
		return (int)oif == index;
	if (!hops)
		return false;
	left = nla_len(hops);
	for (hop = nla_data(hops); is_hop(hop, left);
	     left -= RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
		if (hop->rtnh_ifindex == index)
			return true;
	return false;
}

/* Return: seconds, 0 where it is over; LIFETIME_INFINITE where there is no end. */
static uint32_t route_lifetime(struct nlattr **tb)
{
	struct rta_cacheinfo info = { 0 };
	int expires;

	if (tb[RTA_CACHEINFO])
		nla_memcpy(&info, tb[RTA_CACHEINFO], sizeof(info));
	expires = info.rta_expires;
	if (!expires)
		return LIFETIME_INFINITE;
	return expires < 0 ? 0 : expires / sysconf(_SC_CLK_TCK);
}

/* A route to an announced prefix is the kernel's, and ends; or is that of a
 * program that reads announcements in its place. Routes know nothing of preferred
 * lifetimes.
 */
static void read_on_link(const struct rtmsg *route, struct nlattr **tb,
			 struct reading *reading)
{
	uint32_t lifetime = route_lifetime(tb);
	struct prefix prefix = { .len = route->rtm_dst_len };

	if (route->rtm_protocol != RTPROT_RA &&
	    (route->rtm_protocol != RTPROT_KERNEL ||
	     lifetime == LIFETIME_INFINITE))
		return;
	/* The kernel keeps a route for a while after its time is over. */
	if (!lifetime || tb[RTA_GATEWAY] || route->rtm_dst_len > PREFIX_LEN_MAX ||
	    !get_ipv6(tb[RTA_DST], &prefix.ipv6) || !is_global(&prefix.ipv6) ||
	    prefixes_find(&reading->wan->prefixes, &prefix.ipv6, prefix.len))
		return;
	prefix_set_lifetimes(&prefix, lifetime, lifetime, reading->now);
	prefixes_add(&reading->wan->prefixes, &prefix);
}

static void read_route(struct nlmsghdr *header, struct reading *reading)
{
	struct rtmsg *route = nlmsg_data(header);
	struct nlattr *tb[RTA_MAX + 1];

	if (header->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse(header, sizeof(*route), tb, RTA_MAX, NULL) ||
	    route->rtm_type != RTN_UNICAST ||
	    !goes_by(tb, reading->wan->index))
		return;
	if (route->rtm_dst_len)
		read_on_link(route, tb, reading);
	else if (route_lifetime(tb))
		reading->wan->router = true;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct answer *answer = arg;

	answer->reader(nlmsg_hdr(msg), answer->reading);
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	struct answer *answer = arg;

	(void)msg;
	answer->reading->done = true;
	return NL_STOP;
}

static int on_interrupt(struct nl_msg *msg, void *arg)
{
	struct answer *answer = arg;

	(void)msg;
	answer->reading->interrupted = true;
	return NL_OK;
}

/* errno values, which libnl has its own numbers for. */
static int on_refusal(struct sockaddr_nl *from, struct nlmsgerr *refusal,
		      void *arg)
{
	(void)from;
	(void)arg;
	return refusal->error;
}

/* Return: 0, or a negative number. */
static int talk(struct nl_msg *msg, read_message reader,
		struct reading *reading)
{
	struct answer answer = { reader, reading };
	int ret;

	reading->done = false;
	nl_socket_modify_cb(socks.ask, NL_CB_VALID, NL_CB_CUSTOM, on_message,
			    &answer);
	nl_socket_modify_cb(socks.ask, NL_CB_ACK, NL_CB_CUSTOM, on_end,
			    &answer);
	nl_socket_modify_cb(socks.ask, NL_CB_FINISH, NL_CB_CUSTOM, on_end,
			    &answer);
	nl_socket_modify_cb(socks.ask, NL_CB_DUMP_INTR, NL_CB_CUSTOM,
			    on_interrupt, &answer);
	ret = nl_send_auto(socks.ask, msg);
	nlmsg_free(msg);
	while (ret >= 0 && !reading->done)
		ret = nl_recvmsgs_default(socks.ask);
	return ret < 0 ? ret : 0;
}

static int read_one(int type, int flags, void *head, size_t len, int attr,
		    const void *data, size_t size, read_message reader,
		    struct reading *reading)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (!msg)
		return -NLE_NOMEM;
	if (nlmsg_append(msg, head, len, NLMSG_ALIGNTO) ||
	    (attr && nla_put(msg, attr, size, data))) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	return talk(msg, reader, reading);
}

static int read_addresses(struct reading *reading)
{
	struct ifaddrmsg head = {
		.ifa_family = AF_INET6,
		.ifa_index = reading->wan->index,
	};

	return read_one(RTM_GETADDR, NLM_F_DUMP, &head, sizeof(head), 0, NULL,
			0, read_address, reading);
}

static int read_routes(struct reading *reading)
{
	struct rtmsg head = { .rtm_family = AF_INET6 };
	uint32_t oif = reading->wan->index;

	return read_one(RTM_GETROUTE, NLM_F_DUMP, &head, sizeof(head), RTA_OIF,
			&oif, sizeof(oif), read_route, reading);
}

/* Return: 0, 1 where something may be missing, or a negative number. */
static int read_all(const char *device, double now, struct wan *wan)
{
	struct reading reading = { .wan = wan, .now = now };
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	int ret;

	memset(wan, 0, sizeof(*wan));
	/* There may be no such device. */
	read_one(RTM_GETLINK, NLM_F_ACK, &head, sizeof(head), IFLA_IFNAME,
		 device, strlen(device) + 1, read_link, &reading);
	if (!wan->index)
		return 0;
	ret = read_addresses(&reading);
	/* After the addresses, which know more. */
	ret = ret ?: read_routes(&reading);
	return ret ?: reading.interrupted;
}

/**
 * wan_read - read what the kernel knows
 * @device: name of the device
 * @now: what time it is, by clock_now()
 * @wan: the result; all is empty where there is no such device
 *
 * Return: 0, or -1 where it is not to be had.
 */
int wan_read(const char *device, double now, struct wan *wan)
{
	int i, ret = 0;

	for (i = 0; i < READ_TRIES; i++) {
		ret = read_all(device, now, wan);
		if (!ret)
			return 0;
	}
	/* It changes all the time: what there is now is not far off. */
	return ret > 0 ? 0 : -1;
}

static void hear_link(struct nlmsghdr *header, struct wan_event *event)
{
	struct ifinfomsg *link = nlmsg_data(header);
	struct nlattr *tb[IFLA_MAX + 1];

	if (nlmsg_parse(header, sizeof(*link), tb, IFLA_MAX, NULL))
		return;
	event->index = link->ifi_index;
	if (tb[IFLA_IFNAME])
		nla_strlcpy(event->name, tb[IFLA_IFNAME],
			    sizeof(event->name));
}

/* Return: whether it counts: a router may know many routes. */
static bool hear_route(struct nlmsghdr *header, struct wan_event *event)
{
	struct rtmsg *route = nlmsg_data(header);
	struct nlattr *tb[RTA_MAX + 1];
	uint32_t oif;

	if (nlmsg_parse(header, sizeof(*route), tb, RTA_MAX, NULL))
		return false;
	if (get_u32(tb[RTA_OIF], &oif))
		event->index = oif;
	return route->rtm_family == AF_INET6 &&
		(!route->rtm_dst_len || route->rtm_protocol == RTPROT_RA ||
		 route->rtm_protocol == RTPROT_KERNEL);
}

static bool hear_prefix(struct nlmsghdr *header, struct wan_event *event)
{
	struct prefixmsg *info = nlmsg_data(header);
	struct prefix_cacheinfo life;
	struct nlattr *tb[PREFIX_MAX + 1];

	if (nlmsg_parse(header, sizeof(*info), tb, PREFIX_MAX, NULL))
		return false;
	event->index = info->prefix_ifindex;
	if (!get_ipv6(tb[PREFIX_ADDRESS], &event->prefix.ipv6) ||
	    !tb[PREFIX_CACHEINFO] ||
	    nla_len(tb[PREFIX_CACHEINFO]) < (int)sizeof(life) ||
	    info->prefix_len > PREFIX_LEN_MAX ||
	    !(info->prefix_flags & PREFIX_FLAGS) ||
	    !is_global(&event->prefix.ipv6))
		return true;
	nla_memcpy(&life, tb[PREFIX_CACHEINFO], sizeof(life));
	event->is_prefix = true;
	event->prefix.len = info->prefix_len;
	map_ipv6_prefix_mask(&event->prefix.ipv6, event->prefix.len);
	prefix_set_lifetimes(&event->prefix, life.preferred_time,
			     life.valid_time, clock_now());
	return true;
}

static bool hear(struct nlmsghdr *header, struct wan_event *event)
{
	struct ifaddrmsg *addr = nlmsg_data(header);

	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		hear_link(header, event);
		return event->index;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (nlmsg_datalen(header) < (int)sizeof(*addr))
			return false;
		event->index = addr->ifa_index;
		return true;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return hear_route(header, event);
	case RTM_NEWPREFIX:
		return hear_prefix(header, event);
	}
	return false;
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct wan_event event = { 0 };

	(void)arg;
	if (hear(nlmsg_hdr(msg), &event))
		socks.handler(&event);
	return NL_OK;
}

/**
 * wan_receive - read the events that are there, and hand them out
 *
 * Where some were lost, there is one of index 0: all may be different. In a flood
 * of events others have their turn, too.
 */
void wan_receive(void)
{
	static const struct wan_event lost;
	int i, ret;

	for (i = 0; i < RECEIVE_MAX; i++) {
		ret = nl_recvmsgs_default(socks.hear);
		if (ret == -NLE_NOMEM)
			socks.handler(&lost);
		else if (ret < 0)
			return;
	}
}

static struct nl_sock *sock_new(void)
{
	struct nl_sock *sock = nl_socket_alloc();

	if (sock && nl_connect(sock, NETLINK_ROUTE)) {
		nl_socket_free(sock);
		sock = NULL;
	}
	return sock;
}

static int join(struct nl_sock *sock)
{
	static const int groups[] = {
		RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE,
		RTNLGRP_IPV6_PREFIX, RTNLGRP_IPV6_IFINFO,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (nl_socket_add_membership(sock, groups[i]))
			return -1;
	nl_socket_disable_seq_check(sock);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_event, NULL);
	return nl_socket_set_nonblocking(sock);
}

/**
 * wan_open - open the sockets
 * @handler: is told of events, by wan_receive()
 *
 * Return: 0, or -1.
 */
int wan_open(wan_handler handler)
{
	int on = 1;

	socks.handler = handler;
	socks.ask = sock_new();
	socks.hear = socks.ask ? sock_new() : NULL;
	if (!socks.hear || join(socks.hear)) {
		wan_close();
		return -1;
	}
	/* The kernel picks what is of one device. */
	setsockopt(nl_socket_get_fd(socks.ask), SOL_NETLINK,
		   NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	nl_socket_modify_err_cb(socks.ask, NL_CB_CUSTOM, on_refusal, NULL);
	return 0;
}

/**
 * wan_close - close the sockets
 */
void wan_close(void)
{
	nl_socket_free(socks.ask);
	nl_socket_free(socks.hear);
	socks.ask = NULL;
	socks.hear = NULL;
}

/**
 * wan_fd - what to wait for until wan_receive() has something to read
 *
 * Return: the file descriptor.
 */
int wan_fd(void)
{
	return nl_socket_get_fd(socks.hear);
}
