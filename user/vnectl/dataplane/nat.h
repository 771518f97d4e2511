/* SPDX-License-Identifier: GPL-2.0 */
/* Source NAT for a tunnel without rules, whose device has none of its own: a
 * table of nftables, "vne-" and the name of the device.
 */
#ifndef VNECTL_DATAPLANE_NAT_H
#define VNECTL_DATAPLANE_NAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

int nat_make(const char *device, uint32_t ipv4, uint8_t len, bool anew,
	     struct reason *why);
int nat_undo(const char *device, struct reason *why);

#endif /* VNECTL_DATAPLANE_NAT_H */
