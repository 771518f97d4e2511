/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink transport: a question, its answers, and the kernel's reasons. */
#ifndef COMMON_NL_H
#define COMMON_NL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

/**
 * struct nl - a netlink socket
 * @sock: the socket
 * @seq: sequence number of the last request
 */
struct nl {
	struct mnl_socket *sock;
	uint32_t seq;
};

/**
 * struct nl_error - why the kernel refused
 * @code: errno value, 0 where it did not refuse
 * @text: the message of the extended acknowledgment, or empty
 * @offset: where in the request the guilty attribute is, 0 where that is not
 *	known
 * @missing: type of the attribute that is missing, or 0
 * @missing_nest: offset of the nest where it is missing, or 0
 */
struct nl_error {
	int code;
	char text[256];
	uint32_t offset;
	uint32_t missing;
	uint32_t missing_nest;
};

/* Reads one message of an answer. Returns 0, or a negative errno value that
 * ends the reading.
 */
typedef int (*nl_reader)(const struct nlmsghdr *nlh, void *arg);

int nl_open(struct nl *nl, int bus);
void nl_close(struct nl *nl);
int nl_talk(struct nl *nl, struct msg *msg, nl_reader reader, void *arg,
	    struct nl_error *err);
int nl_listen(struct nl *nl, nl_reader reader, void *arg);
int nl_fail(const struct nl_error *err, const char *who);

#endif /* COMMON_NL_H */
