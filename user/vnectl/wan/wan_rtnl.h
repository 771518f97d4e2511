/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel knows of a WAN, by rtnetlink. */
#ifndef VNECTL_WAN_WAN_RTNL_H
#define VNECTL_WAN_WAN_RTNL_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "wan/prefix_list.h"

/**
 * struct wan - what the kernel knows
 * @index: of the device, 0 while there is none
 * @up: it is up and has a carrier
 * @mtu: for IPv6
 * @router: there is an IPv6 default route by it
 * @addresses: that may be a source, with the lengths of their prefixes
 * @prefixes: that routers announce, as far as addresses and routes show it
 */
struct wan {
	int index;
	bool up;
	uint32_t mtu;
	bool router;
	struct prefixes addresses;
	struct prefixes prefixes;
};

/**
 * struct wan_event - something may be different
 * @index: of the device, 0 where it may be any
 * @name: of the device, or an empty string
 * @is_prefix: a router has announced @prefix
 * @prefix: with its lifetimes; those are 0 when it is taken back
 */
struct wan_event {
	int index;
	char name[IFNAMSIZ];
	bool is_prefix;
	struct prefix prefix;
};

typedef void (*wan_handler)(const struct wan_event *event);

int wan_open(wan_handler handler);
void wan_close(void);
int wan_fd(void);
void wan_receive(void);
int wan_read(const char *device, double now, struct wan *wan);

#endif /* VNECTL_WAN_WAN_RTNL_H */
