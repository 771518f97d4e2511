/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file. */
#ifndef VNECTL_CONFIG_FILE_H
#define VNECTL_CONFIG_FILE_H

#include <stdio.h>

#include "config/config.h"

#define TIME_SCALE_MAX	100000

int conf_word(struct args *args, const char **file);
int conf_read(const char *file, struct conf *conf, FILE *errors);
const struct settings *conf_clash(const struct settings *one,
				  const struct settings *others,
				  unsigned int count, struct arg_error *err);

#endif /* VNECTL_CONFIG_FILE_H */
