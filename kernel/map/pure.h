/* SPDX-License-Identifier: GPL-2.0 */
/* What the pure files (addr, psid) take from the kernel, for user space. */
#ifndef _MAP_PURE_H
#define _MAP_PURE_H

#include <arpa/inet.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#endif /* _MAP_PURE_H */
