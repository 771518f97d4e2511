/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink: families by name. */
#ifndef COMMON_GENL_H
#define COMMON_GENL_H

#include "nl.h"

/**
 * struct genl - a socket that speaks to one family
 * @nl: the socket
 * @id: the family
 * @version: of the family's protocol
 * @group: the multicast group that was asked for, or 0
 */
struct genl {
	struct nl nl;
	uint16_t id;
	uint8_t version;
	uint32_t group;
};

int genl_open(struct genl *genl, const char *family, uint8_t version,
	      const char *group, struct nl_error *err);
void genl_close(struct genl *genl);
void genl_request(struct msg *msg, uint8_t cmd, uint16_t flags);
int genl_talk(struct genl *genl, struct msg *msg, nl_reader reader, void *arg,
	      struct nl_error *err);

#endif /* COMMON_GENL_H */
