/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel modules in use, which may be of another version than the tools. */
#ifndef COMMON_MODULE_H
#define COMMON_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* map and ipsec_tcp, and the end of the list. */
extern const char *const module_names[];

bool module_version(const char *name, char *version, size_t size);
bool module_differs(const char *name, char *note, size_t size);
void module_notes(FILE *out);

#endif /* COMMON_MODULE_H */
