/* SPDX-License-Identifier: GPL-2.0 */
/* The family ipsec_tcp of generic netlink. */
#ifndef VNECTL_IPSEC_GENL_IPSEC_TCP_H
#define VNECTL_IPSEC_GENL_IPSEC_TCP_H

#include <linux/ipsec_tcp.h>
#include <netlink/netlink.h>

#include "config/ipsec_options.h"

/* Peers of the daemon: others (and a person with another tool) stay below. */
#define PEER_ID_FIRST	4500000
#define PEER_ID_LAST	4599999

/**
 * struct kernel - a socket that speaks to the family
 * @sock: the socket
 * @family: number of the family
 * @group: number of its group "events"
 * @text: why the kernel refused, from its extended acknowledgment, or empty
 */
struct kernel {
	struct nl_sock *sock;
	int family;
	int group;
	char text[256];
};

/* Reads one message: the command, and the attributes of its top level. */
typedef void (*kernel_reader)(uint8_t cmd, struct nlattr **tb, void *arg);

int kernel_open(struct kernel *kernel, char *why, size_t size);
void kernel_close(struct kernel *kernel);
const char *kernel_why(const struct kernel *kernel, int error);

int kernel_peer_add(struct kernel *kernel, uint32_t id,
		    const struct settings *settings);
int kernel_peer_set_esp(struct kernel *kernel, uint32_t id, uint32_t esp);
int kernel_peer_del(struct kernel *kernel, uint32_t id);
int kernel_dump(struct kernel *kernel, uint8_t cmd, uint32_t id,
		kernel_reader reader, void *arg);
int kernel_get(struct kernel *kernel, uint8_t cmd, uint32_t id,
	       kernel_reader reader, void *arg);

int kernel_listen(struct kernel *kernel, bool blocking);
int kernel_events(struct kernel *kernel, kernel_reader reader, void *arg);

#endif /* VNECTL_IPSEC_GENL_IPSEC_TCP_H */
