// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ipsec_tcp.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipsec/tcp_socket.h"

#ifndef IP_XFRM_POLICY
#define IP_XFRM_POLICY 17
#endif
#ifndef IPV6_XFRM_POLICY
#define IPV6_XFRM_POLICY 35
#endif
#ifndef IPV6_AUTOFLOWLABEL
#define IPV6_AUTOFLOWLABEL 70
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

/* Seconds to the first keep-alive probe at most. */
#define KEEP_ALIVE_MAX 60

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

/* The kernel reads socket policies by xfrm_user, which is loaded when somebody
 * speaks to it.
 */
static void load_xfrm_user(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);

	if (fd >= 0)
		close(fd);
}

/* The outer connection must never go through IPsec itself. */
static int bypass_ipsec(int fd, int family)
{
	struct xfrm_userpolicy_info policy = {
		.action = XFRM_POLICY_ALLOW,
		.sel.family = family,
	};
	int level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
	int name = family == AF_INET6 ? IPV6_XFRM_POLICY : IP_XFRM_POLICY;
	int dir;

	load_xfrm_user();
	for (dir = XFRM_POLICY_IN; dir <= XFRM_POLICY_OUT; dir++) {
		policy.dir = dir;
		if (setsockopt(fd, level, name, &policy, sizeof(policy)))
			return -1;
	}
	return 0;
}

static int set_dscp(int fd, int family, uint32_t dscp)
{
	if (family == AF_INET6)
		return set(fd, IPPROTO_IPV6, IPV6_TCLASS, dscp << 2);
	return set(fd, IPPROTO_IP, IP_TOS, dscp << 2);
}

/**
 * sock_keep_alive - have TCP ask a silent peer
 * @fd: the socket
 * @settings: of the transport
 *
 * NATs and firewalls forget a silent connection, and the keep-alives of the IKE
 * daemon never get here (RFC 9329, section 6.6). Fake TCP is none to TCP, and
 * Linux conntrack forgets a connection with it after 300 seconds. What ends the
 * connection is user-timeout, which counts probes without an answer as well: with
 * fake TCP, which is not seen to be acknowledged, several have to fit into it.
 *
 * Return: 0, or -1.
 */
int sock_keep_alive(int fd, const struct settings *settings)
{
	int idle = settings->user_timeout / 3;

	if (settings->esp != ESP_FAKE_TCP || idle > KEEP_ALIVE_MAX)
		idle = KEEP_ALIVE_MAX;
	if (idle < 2)
		idle = 2;
	return set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle) ||
		set(fd, IPPROTO_TCP, TCP_KEEPINTVL, idle / 2) ||
		set(fd, SOL_SOCKET, SO_KEEPALIVE, 1) ? -1 : 0;
}

/* The route of the connection, where it would else go through the tunnel that it
 * carries, and its network.
 */
static int set_route(int fd, const struct settings *settings)
{
	const char *device = settings->bind_device;

	if (settings->mark &&
	    set(fd, SOL_SOCKET, SO_MARK, (int)settings->mark))
		return -1;
	if (!device)
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
			  strlen(device) + 1);
}

static int set_own(int fd, const struct settings *settings)
{
	if (set_dscp(fd, settings->remote.family, settings->dscp) ||
	    sock_keep_alive(fd, settings))
		return -1;
	return set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
		   settings->user_timeout * 1000);
}

/* The flow label is to be the same on this connection and the next
 * (RFC 9329, section 6.1).
 */
static int set_options(int fd, const struct settings *settings)
{
	int family = settings->remote.family;

	if (bypass_ipsec(fd, family) || set_route(fd, settings) ||
	    set_own(fd, settings))
		return -1;
	if (family != AF_INET6)
		return 0;
	return set(fd, IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0) ||
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) ? -1 : 0;
}

static int sock_new(const struct settings *settings)
{
	int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(settings->remote.family, type, 0);

	if (fd >= 0 && set_options(fd, settings)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int sock_fail(int fd, const char *what, char *why)
{
	snprintf(why, WHY_LEN, "%s: %s", what, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int bind_local(int fd, const struct settings *settings, uint16_t port)
{
	struct address any = { .family = settings->remote.family };
	const struct address *local = &settings->local;
	struct sockaddr_storage addr;
	socklen_t len;

	if (!local->family)
		local = &any;
	len = address_sockaddr(local, port, &addr);
	return bind(fd, (struct sockaddr *)&addr, len);
}

/**
 * sock_connect - begin to connect to the peer
 * @settings: of the transport
 * @port: TCP port of the peer
 * @why: WHY_LEN bytes for the reason why not
 *
 * Return: the socket, or -1.
 */
int sock_connect(const struct settings *settings, uint16_t port, char *why)
{
	struct sockaddr_storage addr;
	int fd = sock_new(settings);
	socklen_t len;

	if (fd < 0)
		return sock_fail(fd, "cannot make a socket", why);
	if (settings->local.family && bind_local(fd, settings, 0))
		return sock_fail(fd, "cannot use the local address", why);
	len = address_sockaddr(&settings->remote, port, &addr);
	if (connect(fd, (struct sockaddr *)&addr, len) &&
	    errno != EINPROGRESS)
		return sock_fail(fd, "cannot connect", why);
	return fd;
}

/**
 * sock_connected - is a socket connected, now that it can be written to?
 * @fd: the socket
 * @why: WHY_LEN bytes for the reason why not
 *
 * Return: 0, or -1.
 */
int sock_connected(int fd, char *why)
{
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (!error)
		return 0;
	snprintf(why, WHY_LEN, "cannot connect: %s", strerror(error));
	return -1;
}

/**
 * sock_is_over - has the other side ended a connection?
 * @fd: the socket, of which nothing has been read; nothing is read from it
 *
 * Return: true if it has.
 */
bool sock_is_over(int fd)
{
	char byte;

	if (recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
		return true;
	return errno != EAGAIN && errno != EINTR;
}

/**
 * sock_listen - listen (RFC 9329, section 5)
 * @settings: of the transport
 * @port: where
 * @why: WHY_LEN bytes for the reason why not
 *
 * Return: the socket, or -1.
 */
int sock_listen(const struct settings *settings, uint16_t port, char *why)
{
	int fd = sock_new(settings);

	if (fd < 0)
		return sock_fail(fd, "cannot make a socket", why);
	if (set(fd, SOL_SOCKET, SO_REUSEADDR, 1) ||
	    bind_local(fd, settings, port) || listen(fd, SOMAXCONN)) {
		sock_fail(fd, "cannot listen", why);
		snprintf(why + strlen(why), WHY_LEN - strlen(why),
			 " (port %u)", port);
		return -1;
	}
	return fd;
}

/**
 * sock_accept - take a connection
 * @listener: from
 * @from: who connects
 *
 * Return: the socket, or -1.
 */
int sock_accept(int listener, struct sockaddr_storage *from)
{
	socklen_t len = sizeof(*from);

	return accept4(listener, (struct sockaddr *)from, &len,
		       SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/**
 * sock_adopt - have an accepted socket be as a transport wants it
 * @fd: the socket, which has the options of the one that listens
 * @settings: of the transport
 * @why: WHY_LEN bytes for the reason why not
 *
 * Return: 0, or -1.
 */
int sock_adopt(int fd, const struct settings *settings, char *why)
{
	if (!set_own(fd, settings))
		return 0;
	snprintf(why, WHY_LEN, "cannot set \"dscp\" and \"user-timeout\": %s",
		 strerror(errno));
	return -1;
}

static const char *role_refusal(int error)
{
	switch (error) {
	case ENOENT:
		return "the peer is gone";
	case EADDRNOTAVAIL:
		return "its address is not the peer's";
	case EUSERS:
		return "the peer has max-connections already";
	}
	return strerror(error);
}

/**
 * sock_hand_over - give a connected socket to the kernel
 * @fd: the socket, of which nothing has been read or written
 * @role: of this side
 * @peer: id of the peer
 * @why: WHY_LEN bytes for the reason why not
 *
 * Return: 0, or -1.
 */
int sock_hand_over(int fd, uint32_t role, uint32_t peer, char *why)
{
	int option = role == ROLE_ORIGINATOR ?
		IPSEC_TCP_ORIGINATE : IPSEC_TCP_RESPOND;

	if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "ipsec_tcp",
		       sizeof("ipsec_tcp") - 1)) {
		snprintf(why, WHY_LEN, "no ULP ipsec_tcp: %s",
			 strerror(errno));
		return -1;
	}
	if (setsockopt(fd, IPSEC_TCP_SOL, option, &peer, sizeof(peer))) {
		snprintf(why, WHY_LEN, "the kernel refuses the connection: %s",
			 role_refusal(errno));
		return -1;
	}
	return 0;
}

/**
 * sock_cookie - by what the kernel's events name a socket
 * @fd: the socket
 *
 * Return: its cookie, 0 if there is none.
 */
uint64_t sock_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len);
	return cookie;
}

/**
 * sock_reset - close a connection by a reset
 * @fd: the socket
 */
void sock_reset(int fd)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

/**
 * sock_name - a socket address as text
 * @from: the address
 * @buf: for the text
 * @size: of @buf
 *
 * Return: @buf.
 */
const char *sock_name(const struct sockaddr_storage *from, char *buf,
		      size_t size)
{
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)from;
	char text[INET6_ADDRSTRLEN] = "?";
	bool is6 = from->ss_family == AF_INET6;

	inet_ntop(from->ss_family, is6 ? (const void *)&ipv6->sin6_addr :
		  (const void *)&ipv4->sin_addr, text, sizeof(text));
	snprintf(buf, size, "%s port %u", text,
		 ntohs(is6 ? ipv6->sin6_port : ipv4->sin_port));
	return buf;
}
