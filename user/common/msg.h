/* SPDX-License-Identifier: GPL-2.0 */
/* A netlink message under construction. It grows: a rule set of 65,536 rules
 * is one message.
 */
#ifndef COMMON_MSG_H
#define COMMON_MSG_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct msg - a message
 * @data: the message, which starts with struct nlmsghdr
 * @len: bytes in use
 * @room: bytes allocated
 * @failed: there was no memory, or an attribute was too long for netlink
 */
struct msg {
	char *data;
	size_t len;
	size_t room;
	int failed;
};

void msg_init(struct msg *msg, uint16_t type, uint16_t flags,
	      const void *header, size_t header_len);
void msg_free(struct msg *msg);
struct nlmsghdr *msg_finish(struct msg *msg);

void msg_put(struct msg *msg, uint16_t type, const void *data, size_t len);
void msg_put_u8(struct msg *msg, uint16_t type, uint8_t value);
void msg_put_u16(struct msg *msg, uint16_t type, uint16_t value);
void msg_put_u32(struct msg *msg, uint16_t type, uint32_t value);
void msg_put_str(struct msg *msg, uint16_t type, const char *value);
size_t msg_nest(struct msg *msg, uint16_t type);
void msg_nest_end(struct msg *msg, size_t nest);

#endif /* COMMON_MSG_H */
