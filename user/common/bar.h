/* SPDX-License-Identifier: GPL-2.0 */
/* How full something is, as a picture. */
#ifndef COMMON_BAR_H
#define COMMON_BAR_H

#include <stdint.h>

void bar_print(uint32_t used, uint32_t total);

#endif /* COMMON_BAR_H */
