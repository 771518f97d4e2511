// SPDX-License-Identifier: GPL-2.0
#include <linux/genetlink.h>
#include <string.h>

#include "genl.h"

struct family {
	const char *group_name;
	struct genl *genl;
};

static bool names(const struct nlattr *attr, const char *name)
{
	size_t len = strlen(name) + 1;

	return mnl_attr_get_payload_len(attr) == len &&
	       !memcmp(mnl_attr_get_payload(attr), name, len);
}

static void read_group(const struct nlattr *nest, struct family *family)
{
	const struct nlattr *attr;
	uint32_t id = 0;
	bool wanted = false;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_get_payload_len(attr) >= sizeof(id))
			id = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    family->group_name)
			wanted = names(attr, family->group_name);
	}
	if (wanted)
		family->genl->group = id;
}

static int read_family(const struct nlmsghdr *nlh, void *arg)
{
	struct family *family = arg;
	const struct nlattr *attr, *group;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (mnl_attr_get_payload_len(attr) >= sizeof(uint16_t))
				family->genl->id = mnl_attr_get_u16(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			mnl_attr_for_each_nested(group, attr)
				read_group(group, family);
			break;
		}
	}
	return 0;
}

/**
 * genl_request - start a request
 * @msg: the message
 * @cmd: the command
 * @flags: NLM_F_ACK or NLM_F_DUMP
 */
void genl_request(struct msg *msg, uint8_t cmd, uint16_t flags)
{
	struct genlmsghdr header = { .cmd = cmd };

	msg_init(msg, 0, NLM_F_REQUEST | flags, &header, sizeof(header));
}

/**
 * genl_talk - send a request to the family and read all that is answered
 * @genl: the socket
 * @msg: the request; freed
 * @reader: reads each answer, or NULL
 * @arg: for @reader
 * @err: why it failed
 *
 * Return: 0, or -1 with @err set.
 */
int genl_talk(struct genl *genl, struct msg *msg, nl_reader reader, void *arg,
	      struct nl_error *err)
{
	struct nlmsghdr *nlh = msg_finish(msg);
	struct genlmsghdr *header;

	if (nlh) {
		header = mnl_nlmsg_get_payload(nlh);
		header->version = genl->version;
		nlh->nlmsg_type = genl->id;
	}
	return nl_talk(&genl->nl, msg, reader, arg, err);
}

/**
 * genl_open - open a socket to a family
 * @genl: the socket
 * @name: the family
 * @version: of its protocol
 * @group: multicast group to look up, or NULL
 * @err: set when it fails; code ENOENT when there is no such family
 *
 * Asking for a family by name makes the kernel load its module.
 *
 * Return: 0, or -1.
 */
int genl_open(struct genl *genl, const char *name, uint8_t version,
	      const char *group, struct nl_error *err)
{
	struct family family = { .group_name = group, .genl = genl };
	struct msg msg;
	int ret;

	memset(genl, 0, sizeof(*genl));
	memset(err, 0, sizeof(*err));
	ret = nl_open(&genl->nl, NETLINK_GENERIC);
	if (ret) {
		err->code = -ret;
		return -1;
	}
	genl->id = GENL_ID_CTRL;
	genl->version = 2;
	genl_request(&msg, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	msg_put_str(&msg, CTRL_ATTR_FAMILY_NAME, name);
	if (genl_talk(genl, &msg, read_family, &family, err)) {
		genl_close(genl);
		return -1;
	}
	genl->version = version;
	return 0;
}

/**
 * genl_close - close a socket to a family
 * @genl: the socket
 */
void genl_close(struct genl *genl)
{
	nl_close(&genl->nl);
	genl->id = 0;
}
