/* SPDX-License-Identifier: GPL-2.0 */
/* What the pure files (addr, psid) take from the kernel, for user space. */
#ifndef _MAP_PURE_H
#define _MAP_PURE_H

#include <arpa/inet.h>
#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#endif /* _MAP_PURE_H */
