/* SPDX-License-Identifier: GPL-2.0 */
/* Answers of the daemon that are but yes or no. */
#ifndef VNECTL_IPC_REPLY_H
#define VNECTL_IPC_REPLY_H

#include <jansson.h>

json_t *answer_ok(void);
json_t *answer_error(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#endif /* VNECTL_IPC_REPLY_H */
