// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "config/config.h"

/**
 * conf_free - free what a file said
 * @conf: the result of conf_read() or board_read()
 */
void conf_free(struct conf *conf)
{
	while (conf->count)
		settings_free(&conf->transports[--conf->count]);
	free(conf->transports);
	conf->transports = NULL;
	while (conf->vnes_count)
		keys_free(&vne_table, &conf->vnes[--conf->vnes_count]);
	free(conf->vnes);
	conf->vnes = NULL;
	free(conf->board);
	conf->board = NULL;
}
