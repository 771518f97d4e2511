/* SPDX-License-Identifier: GPL-2.0 */
/* Cells of non-volatile memory, where a factory writes down what it knows. */
#ifndef VNECTL_NVMEM_H
#define VNECTL_NVMEM_H

#include "args.h"
#include "dt.h"

/* Longest text of a cell, with a zero byte. */
#define NVMEM_TEXT	1024

const char *sysfs_root(void);
int nvmem_text(const struct dt_node *cell, char *text, struct arg_error *err);

#endif /* VNECTL_NVMEM_H */
