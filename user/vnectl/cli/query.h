/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the daemon for lines. */
#ifndef VNECTL_CLI_QUERY_H
#define VNECTL_CLI_QUERY_H

#include <jansson.h>

#include "args.h"

int lines_ask(struct args *args, json_t **answer, json_t **lines);
void print_waiting(json_t *line);

#endif /* VNECTL_CLI_QUERY_H */
