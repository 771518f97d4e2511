/* SPDX-License-Identifier: GPL-2.0 */
/* Words for numbers that the kernel gives. */
#ifndef COMMON_MAP_NAMES_H
#define COMMON_MAP_NAMES_H

#include <stdint.h>

const char *counter_name(uint32_t attr);
const char *proto_name(uint8_t number);

#endif /* COMMON_MAP_NAMES_H */
