/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon is to do, whether a file says it or the device tree. */
#ifndef VNECTL_CONFIG_CONFIG_H
#define VNECTL_CONFIG_CONFIG_H

#include "config/ipsec_options.h"
#include "config/line_options.h"

#define CONF_FILE	"/etc/vne/vne.conf"

/**
 * struct conf - what a file says
 * @transports: its ipsec-transport blocks
 * @count: how many
 * @vnes: its vne blocks
 * @vnes_count: how many
 * @time_scale: waits for providers are divided by it
 * @board: the node of the device tree that it is from, as there is no file; or
 *	NULL
 */
struct conf {
	struct settings *transports;
	unsigned int count;
	struct vne *vnes;
	unsigned int vnes_count;
	uint32_t time_scale;
	char *board;
};

void conf_free(struct conf *conf);

#endif /* VNECTL_CONFIG_CONFIG_H */
