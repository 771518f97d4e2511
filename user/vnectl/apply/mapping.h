/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of the tunnel's device. */
#ifndef VNECTL_APPLY_MAPPING_H
#define VNECTL_APPLY_MAPPING_H

#include "plan.h"

int mapping_flush(int index, const char *device, struct reason *why);
int mapping_make(const struct plan *plan, int index, struct reason *why);

#endif /* VNECTL_APPLY_MAPPING_H */
