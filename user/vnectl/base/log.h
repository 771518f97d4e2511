/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's log: standard error, or standard output where VNECTL_LOG says so. */
#ifndef VNECTL_BASE_LOG_H
#define VNECTL_BASE_LOG_H

void log_line(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* VNECTL_BASE_LOG_H */
