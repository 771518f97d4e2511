/* SPDX-License-Identifier: GPL-2.0 */
/* Cells of non-volatile memory, where a factory writes down what it knows. */
#ifndef VNECTL_CONFIG_NVMEM_H
#define VNECTL_CONFIG_NVMEM_H

#include "args.h"
#include "config/fdt_node.h"

/* Longest text of a cell, with a zero byte. */
#define NVMEM_TEXT	1024

const char *sysfs_root(void);
int nvmem_text(const struct dt_node *cell, char *text, struct arg_error *err);

#endif /* VNECTL_CONFIG_NVMEM_H */
