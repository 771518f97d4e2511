// SPDX-License-Identifier: GPL-2.0
#include <ev.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "ipc/server.h"
#include "ipc/event_log.h"
#include "ipsec/transport.h"

/* So many are kept. */
#define EVENTS_MAX 256

/**
 * struct event - something that happened
 * @at: when, in seconds since 1970
 * @name: of the line
 * @text: what
 */
struct event {
	double at;
	char name[NAME_MAX_LEN + 1];
	char text[512];
};

/* A ring; @next is the number of the next one, which begins with 1. */
static struct {
	struct event ring[EVENTS_MAX];
	json_int_t next;
} self = { .next = 1 };

static json_t *event_json(const struct event *event)
{
	return json_pack("{s:f,s:s,s:s}", "time", event->at, "name",
			 event->name, "event", event->text);
}

/**
 * event - note what happened
 * @name: to which line
 * @fmt: what
 */
void event(const char *name, const char *fmt, ...)
{
	struct event *event = &self.ring[self.next++ % EVENTS_MAX];
	va_list ap;

	event->at = ev_time();
	snprintf(event->name, sizeof(event->name), "%s", name);
	va_start(ap, fmt);
	vsnprintf(event->text, sizeof(event->text), fmt, ap);
	va_end(ap);
	log_line(name, "%s", event->text);
	control_push(event_json(event));
}

/**
 * events_after - what happened since
 * @number: the number of an event, 0 for all that are kept, -1 for none
 *
 * Return: an object: "events", and "last", the number of the last one.
 */
json_t *events_after(json_int_t number)
{
	json_t *list = json_array();
	struct event *event;

	if (number < 0 || number >= self.next)
		number = self.next - 1;
	if (number < self.next - EVENTS_MAX)
		number = self.next - EVENTS_MAX;
	for (number++; number < self.next; number++) {
		event = &self.ring[number % EVENTS_MAX];
		json_array_append_new(list, event_json(event));
	}
	return json_pack("{s:o,s:I}", "events", list, "last", self.next - 1);
}
