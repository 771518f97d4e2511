/* SPDX-License-Identifier: GPL-2.0 */
/* The lines of the daemon, and what can be asked of them. */
#ifndef VNECTL_LINE_LINES_H
#define VNECTL_LINE_LINES_H

#include "config/file.h"

void uplinks_apply(const struct conf *conf);
void uplinks_leave(void);
json_t *uplinks_answer(const char *command, json_t *request);

#endif /* VNECTL_LINE_LINES_H */
