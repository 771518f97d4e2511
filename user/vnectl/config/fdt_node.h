/* SPDX-License-Identifier: GPL-2.0 */
/* The device tree, as the kernel shows it: a node is a folder, a property a
 * file in it, with numbers of 32 bits in network order.
 */
#ifndef VNECTL_CONFIG_FDT_NODE_H
#define VNECTL_CONFIG_FDT_NODE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest property that is read. */
#define DT_SIZE	4096

/**
 * struct dt_node - a node
 * @folder: where it is, without symbolic links
 */
struct dt_node {
	char folder[PATH_MAX];
};

const char *dt_path(const struct dt_node *node);
bool dt_same(const struct dt_node *node, const char *link);
int dt_parent(const struct dt_node *node, struct dt_node *parent);
int dt_find(const char *compatible, struct dt_node *nodes, int max);
int dt_phandle(uint32_t phandle, struct dt_node *node);
bool dt_has(const struct dt_node *node, const char *name);
int dt_text(const struct dt_node *node, const char *name, char *buf,
	    size_t size);
int dt_texts(const struct dt_node *node, const char *name, char *buf,
	     size_t size);
int dt_numbers(const struct dt_node *node, const char *name,
	       uint32_t *numbers, int max);

#endif /* VNECTL_CONFIG_FDT_NODE_H */
