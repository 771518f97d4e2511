// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "http.h"

/**
 * http_set_timer - call the timer's function later
 * @http: the request
 * @after: seconds
 */
void http_set_timer(struct http *http, double after)
{
	ev_timer_stop(EV_DEFAULT_UC, &http->timer);
	ev_timer_set(&http->timer, after, 0);
	ev_timer_start(EV_DEFAULT_UC, &http->timer);
}

/**
 * http_end_soon - end a request
 * @http: the request
 * @status: what it came to
 *
 * The timer ends it, since libcurl or the caller may be in the middle of it.
 */
void http_end_soon(struct http *http, enum http_status status)
{
	http->reply.status = status;
	http->ended = true;
	http_set_timer(http, 0);
}

/**
 * http_fail - note that a request came to nothing
 * @http: the request
 * @status: what kind of nothing
 * @fmt: for a person; has no secrets
 */
void http_fail(struct http *http, enum http_status status,
	       const char *fmt, ...)
{
	size_t len, size = sizeof(http->reply.why);
	va_list ap;

	if (http->ended)
		return;
	len = *http->url.place ? snprintf(http->reply.why, size, "%s: ",
					  http->url.place) : 0;
	va_start(ap, fmt);
	vsnprintf(http->reply.why + len, size - len, fmt, ap);
	va_end(ap);
	if (status != HTTP_CODE) {
		free(http->reply.body);
		http->reply.body = NULL;
		http->reply.len = 0;
	}
	http_end_soon(http, status);
}
