// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "args.h"
#include "module.h"
#include "nl.h"

/* What the kernel puts in one part of a dump, at most, and room to spare. */
#define RECEIVE_SIZE (128 * 1024)

static char receive_buffer[RECEIVE_SIZE]
	__attribute__((aligned(NLMSG_ALIGNTO)));

/**
 * nl_open - open a netlink socket
 * @nl: the socket
 * @bus: NETLINK_GENERIC, NETLINK_ROUTE
 *
 * Extended acknowledgments are asked for, without a copy of the request.
 *
 * Return: 0, or a negative errno value.
 */
int nl_open(struct nl *nl, int bus)
{
	int one = 1;

	nl->sock = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!nl->sock)
		return -errno;
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_GET_STRICT_CHK, &one,
			      sizeof(one));
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		int ret = -errno;

		nl_close(nl);
		return ret;
	}
	nl->seq = time(NULL);
	return 0;
}

/**
 * nl_close - close a netlink socket
 * @nl: the socket
 */
void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

/* A message must fit into the send buffer as a whole. Root may go beyond the
 * system's limit; others get what the limit allows.
 */
static void make_room(struct nl *nl, size_t len)
{
	int fd = mnl_socket_get_fd(nl->sock);
	int size = len + 4096;
	socklen_t got = sizeof(int);
	int have = 0;

	getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &have, &got);
	if (have >= size)
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static uint32_t payload_u32(const struct nlattr *attr)
{
	uint32_t value = 0;

	if (mnl_attr_get_payload_len(attr) >= sizeof(value))
		memcpy(&value, mnl_attr_get_payload(attr), sizeof(value));
	return value;
}

static void read_ext_ack_attr(const struct nlattr *attr, struct nl_error *err)
{
	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		snprintf(err->text, sizeof(err->text), "%.*s",
			 (int)mnl_attr_get_payload_len(attr),
			 (const char *)mnl_attr_get_payload(attr));
		break;
	case NLMSGERR_ATTR_OFFS:
		err->offset = payload_u32(attr);
		break;
	case NLMSGERR_ATTR_MISS_TYPE:
		err->missing = payload_u32(attr);
		break;
	case NLMSGERR_ATTR_MISS_NEST:
		err->missing_nest = payload_u32(attr);
		break;
	}
}

/* The attributes stand after the error code and, unless the request was left
 * out, a copy of the request. At the end of a dump they stand after the code.
 */
static void read_ext_ack(const struct nlmsghdr *nlh, struct nl_error *err)
{
	size_t skip = sizeof(int);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);

		skip = sizeof(*ack);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += mnl_nlmsg_get_payload_len(&ack->msg);
	}
	if (mnl_nlmsg_get_payload_len(nlh) < skip)
		return;
	mnl_attr_for_each(attr, nlh, skip)
		read_ext_ack_attr(attr, err);
}

static bool read_code(const struct nlmsghdr *nlh, struct nl_error *err)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	int code = 0;

	if (nlh->nlmsg_type == NLMSG_ERROR && len < sizeof(struct nlmsgerr))
		return false;
	if (len >= sizeof(code))
		memcpy(&code, mnl_nlmsg_get_payload(nlh), sizeof(code));
	err->code = code < 0 ? -code : 0;
	read_ext_ack(nlh, err);
	return true;
}

enum { MORE, FINISHED };

static int read_one(const struct nlmsghdr *nlh, nl_reader reader, void *arg,
		    struct nl_error *err)
{
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		fprintf(stderr,
			"Warning: the list changed while it was read.\n");
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		return MORE;
	case NLMSG_OVERRUN:
		return -EOVERFLOW;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		return read_code(nlh, err) ? FINISHED : -EBADMSG;
	}
	return reader ? reader(nlh, arg) : MORE;
}

static int read_part(struct nl *nl, const void *data, int len,
		     nl_reader reader, void *arg, struct nl_error *err)
{
	const struct nlmsghdr *nlh = data;
	int ret = MORE;

	for (; ret == MORE && mnl_nlmsg_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != nl->seq)
			continue;
		ret = read_one(nlh, reader, arg, err);
	}
	return ret;
}

static ssize_t receive(struct nl *nl)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(nl->sock, receive_buffer,
					  sizeof(receive_buffer));
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

static int talk(struct nl *nl, struct nlmsghdr *nlh, nl_reader reader,
		void *arg, struct nl_error *err)
{
	int ret = MORE;

	nlh->nlmsg_seq = ++nl->seq;
	make_room(nl, nlh->nlmsg_len);
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (ret == MORE) {
		ssize_t len = receive(nl);

		if (len < 0)
			return len;
		ret = read_part(nl, receive_buffer, len, reader, arg, err);
	}
	return ret < 0 ? ret : 0;
}

/**
 * nl_talk - send a request and read all that is answered
 * @nl: the socket
 * @msg: the request, with NLM_F_ACK or NLM_F_DUMP in its flags; freed
 * @reader: reads each answer, or NULL
 * @arg: for @reader
 * @err: why it failed, or all zero; may hold a text (a warning) on success
 *
 * Return: 0, or -1 with @err set.
 */
int nl_talk(struct nl *nl, struct msg *msg, nl_reader reader, void *arg,
	    struct nl_error *err)
{
	struct nlmsghdr *nlh = msg_finish(msg);
	int ret = nlh ? 0 : -ENOMEM;

	memset(err, 0, sizeof(*err));
	if (nlh)
		ret = talk(nl, nlh, reader, arg, err);
	msg_free(msg);
	if (ret < 0)
		err->code = -ret;
	return err->code ? -1 : 0;
}

/**
 * nl_listen - read notifications until reading fails
 * @nl: the socket, which has joined a group
 * @reader: reads each notification
 * @arg: for @reader
 *
 * Return: a negative errno value; -ENOBUFS when some were lost.
 */
int nl_listen(struct nl *nl, nl_reader reader, void *arg)
{
	for (;;) {
		const struct nlmsghdr *nlh = (void *)receive_buffer;
		ssize_t got = receive(nl);
		int len = got, ret;

		if (got < 0)
			return got;
		for (; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			ret = reader(nlh, arg);
			if (ret < 0)
				return ret;
		}
	}
}

static const char *hint(int code)
{
	switch (code) {
	case EPERM:
	case EACCES:
		return "; CAP_NET_ADMIN is needed";
	case EMSGSIZE:
		return "; net.core.wmem_max limits the size of a request";
	default:
		return "";
	}
}

/**
 * nl_fail - say why the kernel refused
 * @err: why
 * @who: what refused, for a refusal without a message of its own
 *
 * Modules that are of another version may be why, so they are named.
 *
 * Return: EXIT_KERNEL.
 */
int nl_fail(const struct nl_error *err, const char *who)
{
	size_t len = strlen(err->text);

	if (len)
		fprintf(stderr, "Error: %s%s\n", err->text,
			err->text[len - 1] == '.' ? "" : ".");
	else
		fprintf(stderr, "%s answers: %s%s\n", who, strerror(err->code),
			hint(err->code));
	module_notes(stderr);
	return EXIT_KERNEL;
}
