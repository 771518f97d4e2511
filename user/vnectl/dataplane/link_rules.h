/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of the tunnel's device. */
#ifndef VNECTL_DATAPLANE_LINK_RULES_H
#define VNECTL_DATAPLANE_LINK_RULES_H

#include "dataplane/plan.h"

int mapping_flush(int index, const char *device, struct reason *why);
int mapping_make(const struct plan *plan, int index, struct reason *why);

#endif /* VNECTL_DATAPLANE_LINK_RULES_H */
