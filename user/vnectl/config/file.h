/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file. */
#ifndef VNECTL_CONFIG_FILE_H
#define VNECTL_CONFIG_FILE_H

#include <stdio.h>

#include "config/ipsec_options.h"
#include "config/line_options.h"

#define CONF_FILE	"/etc/vne/vne.conf"
#define TIME_SCALE_MAX	100000

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

int conf_word(struct args *args, const char **file);
int conf_read(const char *file, struct conf *conf, FILE *errors);
void conf_free(struct conf *conf);
const struct settings *conf_clash(const struct settings *one,
				  const struct settings *others,
				  unsigned int count, struct arg_error *err);

#endif /* VNECTL_CONFIG_FILE_H */
