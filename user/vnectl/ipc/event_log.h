/* SPDX-License-Identifier: GPL-2.0 */
/* What happened to lines: in the log, and for "vnectl monitor". */
#ifndef VNECTL_IPC_EVENT_LOG_H
#define VNECTL_IPC_EVENT_LOG_H

#include <jansson.h>

void event(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
json_t *events_after(json_int_t number);

#endif /* VNECTL_IPC_EVENT_LOG_H */
