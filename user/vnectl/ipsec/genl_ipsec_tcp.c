// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <string.h>
#include <sys/socket.h>

#include "ipsec/genl_ipsec_tcp.h"

/* libnl has error codes of its own, and drops the kernel's text. */
static int on_refusal(struct sockaddr_nl *from, struct nlmsgerr *refusal,
		      void *arg)
{
	/* libnl has looked whether the whole header is there. */
	struct nlmsghdr *header = (struct nlmsghdr *)refusal - 1;
	int skip = sizeof(*refusal), left;
	struct kernel *kernel = arg;
	struct nlattr *attr;

	(void)from;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return refusal->error;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		skip += refusal->msg.nlmsg_len - sizeof(refusal->msg);
	left = (int)nlmsg_datalen(header) - NLMSG_ALIGN(skip);
	if (skip < 0 || left <= 0)
		return refusal->error;
	attr = nla_find((struct nlattr *)((char *)refusal + NLMSG_ALIGN(skip)),
			left, NLMSGERR_ATTR_MSG);
	if (attr)
		nla_strlcpy(kernel->text, attr, sizeof(kernel->text));
	return refusal->error;
}

/* What reads an answer, and whether its end has come. */
struct answer {
	kernel_reader reader;
	void *arg;
	bool done;
};

static int on_end(struct nl_msg *msg, void *arg)
{
	struct answer *answer = arg;

	(void)msg;
	answer->done = true;
	return NL_STOP;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct nlattr *tb[IPSEC_TCP_A_MAX + 1];
	struct answer *answer = arg;

	if (header->nlmsg_type < NLMSG_MIN_TYPE ||
	    !genlmsg_valid_hdr(header, 0) ||
	    genlmsg_parse(header, 0, tb, IPSEC_TCP_A_MAX, NULL))
		return NL_OK;
	if (answer->reader)
		answer->reader(genlmsg_hdr(header)->cmd, tb, answer->arg);
	return NL_OK;
}

static int kernel_connect(struct kernel *kernel, char *why, size_t size)
{
	int on = 1, ret;

	ret = genl_connect(kernel->sock);
	if (ret) {
		snprintf(why, size, "no generic netlink: %s",
			 nl_geterror(ret));
		return -1;
	}
	setsockopt(nl_socket_get_fd(kernel->sock), SOL_NETLINK,
		   NETLINK_EXT_ACK, &on, sizeof(on));
	kernel->family = genl_ctrl_resolve(kernel->sock, IPSEC_TCP_GENL_NAME);
	if (kernel->family < 0) {
		snprintf(why, size,
			 "the kernel has no family \"%s\": is the module ipsec_tcp loaded?",
			 IPSEC_TCP_GENL_NAME);
		return -1;
	}
	kernel->group = genl_ctrl_resolve_grp(kernel->sock,
					      IPSEC_TCP_GENL_NAME,
					      IPSEC_TCP_MCGRP_EVENTS);
	nl_socket_modify_err_cb(kernel->sock, NL_CB_CUSTOM, on_refusal, kernel);
	return 0;
}

/**
 * kernel_open - find the family
 * @kernel: the socket
 * @why: for the reason why not
 * @size: size of @why
 *
 * Return: 0, or -1.
 */
int kernel_open(struct kernel *kernel, char *why, size_t size)
{
	memset(kernel, 0, sizeof(*kernel));
	kernel->sock = nl_socket_alloc();
	if (!kernel->sock) {
		snprintf(why, size, "no memory");
		return -1;
	}
	if (!kernel_connect(kernel, why, size))
		return 0;
	kernel_close(kernel);
	return -1;
}

/**
 * kernel_close - close the socket
 * @kernel: the socket
 */
void kernel_close(struct kernel *kernel)
{
	nl_socket_free(kernel->sock);
	kernel->sock = NULL;
}

/**
 * kernel_why - why the kernel refused
 * @kernel: the socket
 * @error: what a function returned
 *
 * Return: a text.
 */
const char *kernel_why(const struct kernel *kernel, int error)
{
	return kernel->text[0] ? kernel->text : strerror(-error);
}

/* on_refusal() makes it errno values. */
static int kernel_talk(struct kernel *kernel, struct nl_msg *msg,
		       kernel_reader reader, void *arg)
{
	struct answer answer = { reader, arg, false };
	int ret;

	kernel->text[0] = '\0';
	nl_socket_modify_cb(kernel->sock, NL_CB_VALID, NL_CB_CUSTOM,
			    on_message, &answer);
	nl_socket_modify_cb(kernel->sock, NL_CB_ACK, NL_CB_CUSTOM, on_end,
			    &answer);
	nl_socket_modify_cb(kernel->sock, NL_CB_FINISH, NL_CB_CUSTOM, on_end,
			    &answer);
	ret = nl_send_auto(kernel->sock, msg);
	nlmsg_free(msg);
	if (ret < 0)
		return -EIO;
	do {
		ret = nl_recvmsgs_default(kernel->sock);
	} while (ret >= 0 && !answer.done);
	return ret < 0 ? ret : 0;
}

static struct nl_msg *kernel_message(struct kernel *kernel, uint8_t cmd,
				     int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, kernel->family,
				0, NLM_F_REQUEST | flags, cmd,
				IPSEC_TCP_GENL_VERSION)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

static void put_remote(struct nl_msg *msg, const struct settings *settings)
{
	const struct address *remote = &settings->remote;

	if (remote->family == AF_INET)
		nla_put_u32(msg, IPSEC_TCP_A_PEER_REMOTE_IPV4,
			    remote->ipv4.s_addr);
	else
		nla_put(msg, IPSEC_TCP_A_PEER_REMOTE_IPV6, 16, &remote->ipv6);
	if (settings->role == ROLE_RESPONDER)
		nla_put_u8(msg, IPSEC_TCP_A_PEER_REMOTE_LEN, remote->len);
}

static void put_peer(struct nl_msg *msg, uint32_t id,
		     const struct settings *settings)
{
	nla_put_u32(msg, IPSEC_TCP_A_PEER_ID, id);
	nla_put_u8(msg, IPSEC_TCP_A_PEER_ROLE, settings->role);
	/* A module from before there was fake TCP does not know it. */
	if (settings->esp != ESP_TCP)
		nla_put_u8(msg, IPSEC_TCP_A_PEER_ESP, settings->esp);
	put_remote(msg, settings);
	nla_put_u16(msg, IPSEC_TCP_A_PEER_LOCAL_PORT, settings->local_port);
	nla_put_u32(msg, IPSEC_TCP_A_PEER_QUEUE_LIMIT, settings->queue_limit);
	nla_put_u32(msg, IPSEC_TCP_A_PEER_IDLE_TIMEOUT,
		    settings->idle_timeout);
	if (settings->role == ROLE_ORIGINATOR) {
		nla_put_u16(msg, IPSEC_TCP_A_PEER_UDP_PORT,
			    settings->udp_port);
		return;
	}
	nla_put_u16(msg, IPSEC_TCP_A_PEER_PREFIX_TIMEOUT,
		    settings->prefix_timeout);
	if (settings->proof_timeout != IPSEC_TCP_DEFAULT_PROOF_TIMEOUT)
		nla_put_u16(msg, IPSEC_TCP_A_PEER_PROOF_TIMEOUT,
			    settings->proof_timeout);
	nla_put_u32(msg, IPSEC_TCP_A_PEER_MAX_CONNECTIONS,
		    settings->max_connections);
}

/**
 * kernel_peer_add - add a peer
 * @kernel: the socket
 * @id: its id
 * @settings: what it is like
 *
 * Return: 0, or a negative errno value.
 */
int kernel_peer_add(struct kernel *kernel, uint32_t id,
		    const struct settings *settings)
{
	struct nl_msg *msg = kernel_message(kernel, IPSEC_TCP_CMD_PEER_ADD,
					    NLM_F_ACK);
	struct nlattr *nest;

	if (!msg)
		return -ENOMEM;
	/* One page is more than a peer needs. */
	nest = nla_nest_start(msg, IPSEC_TCP_A_PEER | NLA_F_NESTED);
	put_peer(msg, id, settings);
	nla_nest_end(msg, nest);
	return kernel_talk(kernel, msg, NULL, NULL);
}

/**
 * kernel_peer_set_esp - change how ESP moves
 * @kernel: the socket
 * @id: of the peer
 * @esp: enum esp
 *
 * Return: 0, or a negative errno value.
 */
int kernel_peer_set_esp(struct kernel *kernel, uint32_t id, uint32_t esp)
{
	struct nl_msg *msg = kernel_message(kernel, IPSEC_TCP_CMD_PEER_SET,
					    NLM_F_ACK);
	struct nlattr *nest;

	if (!msg)
		return -ENOMEM;
	nest = nla_nest_start(msg, IPSEC_TCP_A_PEER | NLA_F_NESTED);
	nla_put_u32(msg, IPSEC_TCP_A_PEER_ID, id);
	nla_put_u8(msg, IPSEC_TCP_A_PEER_ESP, esp);
	nla_nest_end(msg, nest);
	return kernel_talk(kernel, msg, NULL, NULL);
}

static int kernel_ask(struct kernel *kernel, uint8_t cmd, int flags,
		      uint32_t id, kernel_reader reader, void *arg)
{
	struct nl_msg *msg = kernel_message(kernel, cmd, flags);

	if (!msg)
		return -ENOMEM;
	if (id)
		nla_put_u32(msg, IPSEC_TCP_A_ID, id);
	return kernel_talk(kernel, msg, reader, arg);
}

/**
 * kernel_peer_del - delete a peer
 * @kernel: the socket
 * @id: its id
 *
 * Return: 0, or a negative errno value.
 */
int kernel_peer_del(struct kernel *kernel, uint32_t id)
{
	return kernel_ask(kernel, IPSEC_TCP_CMD_PEER_DEL, NLM_F_ACK, id, NULL,
			  NULL);
}

/**
 * kernel_dump - read all objects
 * @kernel: the socket
 * @cmd: which
 * @id: of one peer only, or 0
 * @reader: called for each
 * @arg: for @reader
 *
 * Return: 0, or a negative errno value.
 */
int kernel_dump(struct kernel *kernel, uint8_t cmd, uint32_t id,
		kernel_reader reader, void *arg)
{
	return kernel_ask(kernel, cmd, NLM_F_DUMP, id, reader, arg);
}

/**
 * kernel_get - read one object
 * @kernel: the socket
 * @cmd: which
 * @id: of the peer
 * @reader: called for it
 * @arg: for @reader
 *
 * Return: 0, or a negative errno value.
 */
int kernel_get(struct kernel *kernel, uint8_t cmd, uint32_t id,
	       kernel_reader reader, void *arg)
{
	return kernel_ask(kernel, cmd, NLM_F_ACK, id, reader, arg);
}

/**
 * kernel_listen - use the socket for events from now on
 * @kernel: the socket
 * @blocking: whether kernel_events() waits for one
 *
 * Return: 0, or a negative errno value.
 */
int kernel_listen(struct kernel *kernel, bool blocking)
{
	if (kernel->group < 0 ||
	    nl_socket_add_membership(kernel->sock, kernel->group))
		return -ENOENT;
	nl_socket_disable_seq_check(kernel->sock);
	if (!blocking)
		nl_socket_set_nonblocking(kernel->sock);
	return 0;
}

/**
 * kernel_events - read the events that are there
 * @kernel: the socket
 * @reader: called for each
 * @arg: for @reader
 *
 * Return: 0, or a negative errno value: -ENOBUFS when some were lost.
 */
int kernel_events(struct kernel *kernel, kernel_reader reader, void *arg)
{
	struct answer answer = { reader, arg, false };
	int ret;

	nl_socket_modify_cb(kernel->sock, NL_CB_VALID, NL_CB_CUSTOM,
			    on_message, &answer);
	ret = nl_recvmsgs_default(kernel->sock);
	if (ret == -NLE_AGAIN)
		return 0;
	if (ret == -NLE_NOMEM)
		return -ENOBUFS;
	return ret < 0 ? -EIO : 0;
}
