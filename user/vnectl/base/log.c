// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* procd logs what is written to standard error as an error. */
static FILE *log_stream(void)
{
	const char *where = getenv("VNECTL_LOG");

	return where && !strcmp(where, "stdout") ? stdout : stderr;
}

/**
 * log_line - write a line to the daemon's log
 * @name: of the line or the transport that it is about, or NULL
 * @fmt: as for printf()
 */
void log_line(const char *name, const char *fmt, ...)
{
	FILE *to = log_stream();
	va_list ap;

	if (name)
		fprintf(to, "%s: ", name);
	va_start(ap, fmt);
	vfprintf(to, fmt, ap);
	va_end(ap);
	fputc('\n', to);
	fflush(to);
}
