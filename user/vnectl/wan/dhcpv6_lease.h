/* SPDX-License-Identifier: GPL-2.0 */
/* What a DHCPv6 client has told by its hook: a file of a device, which the hook
 * writes and the daemon reads.
 */
#ifndef VNECTL_WAN_DHCPV6_LEASE_H
#define VNECTL_WAN_DHCPV6_LEASE_H

#include <stdbool.h>

#include "softwire/candidates.h"
#include "wan/prefix_list.h"

/**
 * struct told - what was told
 * @index: of the device; one with the same name and another index is another
 * @prefixes: those that are delegated
 * @offer: the ways to IPv4 that came with them, and options that are of no use
 */
struct told {
	int index;
	struct prefixes prefixes;
	struct offer offer;
};

void told_init(struct told *told);
void told_free(struct told *told);
bool told_empty(const struct told *told);
int told_load(const char *device, struct told *told, struct reason *why);
int told_save(const char *device, const struct told *told,
	      struct reason *why);
bool told_device(const char *name);

int told_lock(void);
void told_unlock(int lock);

#endif /* VNECTL_WAN_DHCPV6_LEASE_H */
