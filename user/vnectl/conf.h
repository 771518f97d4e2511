/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file. */
#ifndef VNECTL_CONF_H
#define VNECTL_CONF_H

#include <stdio.h>

#include "settings.h"

#define CONF_FILE "/etc/vne/vne.conf"

/**
 * struct conf - what a file says
 * @transports: its ipsec-transport blocks
 * @count: how many
 */
struct conf {
	struct settings *transports;
	unsigned int count;
};

int conf_word(struct args *args, const char **file);
int conf_read(const char *file, struct conf *conf, FILE *errors);
void conf_free(struct conf *conf);
const struct settings *conf_clash(const struct settings *one,
				  const struct settings *others,
				  unsigned int count, struct arg_error *err);

#endif /* VNECTL_CONF_H */
