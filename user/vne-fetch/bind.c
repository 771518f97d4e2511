// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind.h"

static int bind_device(const struct origin *origin, int fd, char *why)
{
	if (!*origin->device ||
	    !setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, origin->device,
			strlen(origin->device)))
		return 0;
	snprintf(why, FETCH_WHY_LEN, "cannot send by device \"%s\": %s",
		 origin->device, strerror(errno));
	return -1;
}

static int bind_local(const struct origin *origin, int fd, char *why)
{
	struct sockaddr_storage addr;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&addr;
	socklen_t len = address_sockaddr(&origin->local, 0, &addr);
	char text[PREFIX_STRLEN];

	if (addr.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&ipv6->sin6_addr))
		ipv6->sin6_scope_id = if_nametoindex(origin->device);
	if (!bind(fd, (struct sockaddr *)&addr, len))
		return 0;
	snprintf(why, FETCH_WHY_LEN, "cannot send from address %s: %s",
		 address_format(&origin->local, text), strerror(errno));
	return -1;
}

/**
 * origin_bind - have a socket send from where it has to
 * @origin: from where
 * @fd: the socket
 * @family: of it; a local address of the other one does not matter
 * @why: FETCH_WHY_LEN bytes for the reason why not
 *
 * Return: 0, or -1.
 */
int origin_bind(const struct origin *origin, int fd, int family, char *why)
{
	if (bind_device(origin, fd, why))
		return -1;
	if (origin->local.family != family)
		return 0;
	return bind_local(origin, fd, why);
}

/**
 * origin_socket - make a socket that sends from where it has to
 * @origin: from where; NULL for anywhere
 * @family: of addresses
 * @type: SOCK_STREAM or SOCK_DGRAM
 * @why: FETCH_WHY_LEN bytes for the reason why not
 *
 * Return: the socket, or -1.
 */
int origin_socket(const struct origin *origin, int family, int type, char *why)
{
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;

	if (fd < 0) {
		snprintf(why, FETCH_WHY_LEN, "cannot make a socket: %s",
			 strerror(errno));
		return -1;
	}
	/* An IPv4 address in an IPv6 one would be IPv4 on the wire. */
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (origin && origin_bind(origin, fd, family, why)) {
		close(fd);
		return -1;
	}
	return fd;
}
