// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "ipc/reply.h"

/**
 * answer_ok - it is done
 *
 * Return: the answer, an object.
 */
json_t *answer_ok(void)
{
	return json_pack("{s:b}", "ok", 1);
}

/**
 * answer_error - it is not done
 * @fmt: why
 *
 * Return: the answer, an object.
 */
json_t *answer_error(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return json_pack("{s:s}", "error", text);
}
