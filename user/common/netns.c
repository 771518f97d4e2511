// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

/**
 * netns_open - find a network namespace
 * @name: its name, or a path (with a slash)
 *
 * Return: a file descriptor, or a negative errno value.
 */
int netns_open(const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * netns_enter - go to a network namespace, for good
 * @name: its name, or a path
 *
 * Return: 0, or a negative errno value.
 */
int netns_enter(const char *name)
{
	int fd = netns_open(name);
	int ret = 0;

	if (fd < 0)
		return fd;
	if (setns(fd, CLONE_NEWNET))
		ret = -errno;
	close(fd);
	return ret;
}

/**
 * netns_ifindex - the index of an interface in another namespace
 * @netns: the namespace, a file descriptor
 * @name: the interface
 * @ifindex: the result
 *
 * Return: 0, or a negative errno value.
 */
int netns_ifindex(int netns, const char *name, unsigned int *ifindex)
{
	int self = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int ret = 0;

	if (self < 0)
		return -errno;
	if (setns(netns, CLONE_NEWNET)) {
		ret = -errno;
	} else {
		*ifindex = if_nametoindex(name);
		if (!*ifindex)
			ret = -errno;
		if (setns(self, CLONE_NEWNET))
			ret = -errno;
	}
	close(self);
	return ret;
}
