// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "msg.h"

/* Room for @len bytes more, zeroed and aligned. */
static void *msg_reserve(struct msg *msg, size_t len)
{
	size_t need = msg->len + NLMSG_ALIGN(len);
	size_t room = msg->room ? msg->room : 1024;
	void *at;

	while (room < need)
		room *= 2;
	if (room > msg->room) {
		char *data = realloc(msg->data, room);

		if (!data) {
			msg->failed = 1;
			return NULL;
		}
		msg->data = data;
		msg->room = room;
	}
	at = msg->data + msg->len;
	memset(at, 0, NLMSG_ALIGN(len));
	msg->len = need;
	return at;
}

/**
 * msg_init - start a message
 * @msg: the message; what was in it is lost, unless freed
 * @type: nlmsg_type
 * @flags: nlmsg_flags
 * @header: what follows struct nlmsghdr
 * @header_len: its length, may be 0
 */
void msg_init(struct msg *msg, uint16_t type, uint16_t flags,
	      const void *header, size_t header_len)
{
	struct nlmsghdr *nlh;
	void *at;

	memset(msg, 0, sizeof(*msg));
	nlh = msg_reserve(msg, sizeof(*nlh));
	if (!nlh)
		return;
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	if (!header_len)
		return;
	at = msg_reserve(msg, header_len);
	if (at)
		memcpy(at, header, header_len);
}

/**
 * msg_free - forget a message
 * @msg: the message
 */
void msg_free(struct msg *msg)
{
	free(msg->data);
	memset(msg, 0, sizeof(*msg));
}

/**
 * msg_finish - make a message ready to be sent
 * @msg: the message
 *
 * Return: the message, or NULL when building it failed.
 */
struct nlmsghdr *msg_finish(struct msg *msg)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)msg->data;

	if (msg->failed)
		return NULL;
	nlh->nlmsg_len = msg->len;
	return nlh;
}

/**
 * msg_put - append an attribute
 * @msg: the message
 * @type: attribute type
 * @data: its payload
 * @len: length of the payload
 */
void msg_put(struct msg *msg, uint16_t type, const void *data, size_t len)
{
	struct nlattr *nla;

	if (len > UINT16_MAX - NLA_HDRLEN) {
		msg->failed = 1;
		return;
	}
	nla = msg_reserve(msg, NLA_HDRLEN + len);
	if (!nla)
		return;
	nla->nla_type = type;
	nla->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((char *)nla + NLA_HDRLEN, data, len);
}

/**
 * msg_put_u8 - append an attribute of one byte
 * @msg: the message
 * @type: attribute type
 * @value: its value
 */
void msg_put_u8(struct msg *msg, uint16_t type, uint8_t value)
{
	msg_put(msg, type, &value, sizeof(value));
}

/**
 * msg_put_u16 - append an attribute of two bytes
 * @msg: the message
 * @type: attribute type
 * @value: its value
 */
void msg_put_u16(struct msg *msg, uint16_t type, uint16_t value)
{
	msg_put(msg, type, &value, sizeof(value));
}

/**
 * msg_put_u32 - append an attribute of four bytes
 * @msg: the message
 * @type: attribute type
 * @value: its value
 */
void msg_put_u32(struct msg *msg, uint16_t type, uint32_t value)
{
	msg_put(msg, type, &value, sizeof(value));
}

/**
 * msg_put_str - append a string with its terminator
 * @msg: the message
 * @type: attribute type
 * @value: the string
 */
void msg_put_str(struct msg *msg, uint16_t type, const char *value)
{
	msg_put(msg, type, value, strlen(value) + 1);
}

/**
 * msg_nest - open an attribute that holds attributes
 * @msg: the message
 * @type: attribute type
 *
 * Return: what msg_nest_end() wants.
 */
size_t msg_nest(struct msg *msg, uint16_t type)
{
	size_t nest = msg->len;

	msg_put(msg, type | NLA_F_NESTED, NULL, 0);
	return nest;
}

/**
 * msg_nest_end - close an attribute that holds attributes
 * @msg: the message
 * @nest: what msg_nest() returned
 */
void msg_nest_end(struct msg *msg, size_t nest)
{
	struct nlattr *nla;

	if (msg->failed)
		return;
	if (msg->len - nest > UINT16_MAX) {
		msg->failed = 1;
		return;
	}
	nla = (struct nlattr *)(msg->data + nest);
	nla->nla_len = msg->len - nest;
}
