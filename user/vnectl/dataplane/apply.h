/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the machine what a plan says, and undoes it. */
#ifndef VNECTL_DATAPLANE_APPLY_H
#define VNECTL_DATAPLANE_APPLY_H

#include "dataplane/plan.h"

int apply(const struct plan *plan, struct reason *why);

/* All that apply() made for a device, in this run of the daemon or one before. */
int apply_undo(const char *device, struct reason *why);

/* Takes the default route away, until the next apply(). */
bool apply_hold(const char *device);

/* Has apply() made something for a device that nobody has undone? */
bool apply_is_there(const char *device);

/* Devices that apply() made and nobody has undone: a callback for each name. */
void apply_leftovers(void (*found)(const char *device, void *arg), void *arg);

/* What the kernel says of the device: the keys of MAP_State (map_ipv4_addr,
 * map_ipv6_addr, psid, psid_len, port_sets, ...), how full the port set is for
 * each protocol, and the counters that are not 0. NULL where there is no device.
 */
json_t *apply_json(const char *device);

#endif /* VNECTL_DATAPLANE_APPLY_H */
