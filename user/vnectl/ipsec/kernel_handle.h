/* SPDX-License-Identifier: GPL-2.0 */
/* The one socket to the module ipsec_tcp that all transports use. */
#ifndef VNECTL_IPSEC_KERNEL_HANDLE_H
#define VNECTL_IPSEC_KERNEL_HANDLE_H

#include <stddef.h>

struct kernel;

struct kernel *ipsec_kernel(char *why, size_t size);
void ipsec_kernel_on_open(void (*opened)(void));
void ipsec_kernel_close(void);

#endif /* VNECTL_IPSEC_KERNEL_HANDLE_H */
