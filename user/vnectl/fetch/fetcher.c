// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch/fetcher.h"

/* Processes at once: a small router has little memory. */
#define RUNNING_MAX	16
/* Seconds for a process to start and to end: the servers have their own. */
#define GRACE		10

static unsigned int running;
static struct fetch *waiting;

static void start_next(void);

static void unqueue(struct fetch *fetch)
{
	struct fetch **at = &waiting;

	while (*at != fetch)
		at = &(*at)->next;
	*at = fetch->next;
}

/* Return: nothing of it is left but its data. */
static void forget(struct fetch *fetch)
{
	enum fetch_state state = fetch->state;

	fetch->state = FETCH_IDLE;
	if (state == FETCH_IDLE)
		return;
	ev_timer_stop(EV_DEFAULT_UC, &fetch->timer);
	if (state == FETCH_WAITS) {
		unqueue(fetch);
		child_input_close(&fetch->input);
	} else if (state == FETCH_RUNS) {
		ev_io_stop(EV_DEFAULT_UC, &fetch->io);
		child_stop(&fetch->child);
		running--;
		start_next();
	}
}

static void drop_data(char *data, size_t len)
{
	if (data)
		explicit_bzero(data, len);
	free(data);
}

static void end(struct fetch *fetch, struct fetch_answer *answer)
{
	drop_data(fetch->data, fetch->len);
	fetch->data = NULL;
	forget(fetch);
	/* @fetch itself may be gone after that. */
	fetch->done(fetch, answer, fetch->arg);
	fetch_answer_free(answer);
}

static void fail(struct fetch *fetch, enum http_status status,
		 enum dns_status dns, const char *why)
{
	struct fetch_answer answer;

	fetch_answer_fail(&answer, "%s", why);
	answer.status = status;
	answer.dns = dns;
	end(fetch, &answer);
}

static void on_end(struct fetch *fetch)
{
	struct fetch_answer answer;

	if (!fetch->len)
		fail(fetch, HTTP_BROKEN, DNS_MALFORMED,
		     FETCH_PROGRAM " has ended without an answer");
	else if (fetch_answer_read(fetch->data, fetch->len, &answer))
		fail(fetch, HTTP_BROKEN, DNS_MALFORMED,
		     "the answer of " FETCH_PROGRAM " cannot be read: after an upgrade, start vnectl again");
	else
		end(fetch, &answer);
}

/* Return: 0, or -1 when there is no room for more. */
static int make_room(struct fetch *fetch)
{
	size_t size = fetch->size ? 2 * fetch->size : 4096;
	char *data;

	if (fetch->len < fetch->size)
		return 0;
	if (fetch->len > FETCH_ANSWER_MAX)
		return -1;
	data = malloc(size);
	if (!data)
		return -1;
	if (fetch->data)
		memcpy(data, fetch->data, fetch->len);
	drop_data(fetch->data, fetch->len);
	fetch->data = data;
	fetch->size = size;
	return 0;
}

static void on_output(struct ev_loop *loop, ev_io *w, int revents)
{
	struct fetch *fetch = w->data;
	ssize_t got;

	(void)loop;
	(void)revents;
	if (make_room(fetch)) {
		fail(fetch, HTTP_TOO_LONG, DNS_MALFORMED,
		     "the answer of " FETCH_PROGRAM " is too long");
		return;
	}
	got = read(w->fd, fetch->data + fetch->len, fetch->size - fetch->len);
	if (got > 0)
		fetch->len += got;
	else if (!got || (errno != EAGAIN && errno != EINTR))
		on_end(fetch);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct fetch *fetch = w->data;

	(void)loop;
	(void)revents;
	if (fetch->state == FETCH_FAILED)
		fail(fetch, HTTP_IMPOSSIBLE, DNS_IMPOSSIBLE, fetch->why);
	else
		fail(fetch, HTTP_TIMEOUT, DNS_TIMEOUT,
		     FETCH_PROGRAM " does not answer");
}

static void set_timer(struct fetch *fetch, double after)
{
	ev_timer_set(&fetch->timer, after, 0);
	ev_timer_start(EV_DEFAULT_UC, &fetch->timer);
}

static void launch(struct fetch *fetch)
{
	int ret = child_start(&fetch->child, &fetch->input, fetch->why);

	child_input_close(&fetch->input);
	fetch->state = ret ? FETCH_FAILED : FETCH_RUNS;
	set_timer(fetch, ret ? 0 : fetch->limit + GRACE);
	if (ret)
		return;
	running++;
	ev_io_init(&fetch->io, on_output, fetch->child.output, EV_READ);
	fetch->io.data = fetch;
	ev_io_start(EV_DEFAULT_UC, &fetch->io);
}

static void start_next(void)
{
	struct fetch *fetch;

	while (waiting && running < RUNNING_MAX) {
		fetch = waiting;
		waiting = fetch->next;
		launch(fetch);
	}
}

static void queue(struct fetch *fetch)
{
	struct fetch **at = &waiting;

	while (*at)
		at = &(*at)->next;
	*at = fetch;
	fetch->state = FETCH_WAITS;
}

static double limit_of(const struct fetch_request *request)
{
	const struct http_request *http = &request->http;

	if (!fetch_is_page(request))
		return http->dns.timeout > 0 ? http->dns.timeout :
			DNS_TIMEOUT_DEFAULT;
	return http->timeout > 0 ? http->timeout : HTTP_TIMEOUT_DEFAULT;
}

/**
 * fetch_start - ask a server
 * @fetch: in which there is no question
 * @request: what is asked; not needed any more afterwards
 * @done: always called, and never before this returns
 * @arg: for @done
 */
void fetch_start(struct fetch *fetch, const struct fetch_request *request,
		 fetch_done done, void *arg)
{
	memset(fetch, 0, sizeof(*fetch));
	fetch->done = done;
	fetch->arg = arg;
	fetch->limit = limit_of(request);
	ev_timer_init(&fetch->timer, on_timer, 0, 0);
	fetch->timer.data = fetch;
	if (child_input_open(&fetch->input, request, fetch->why)) {
		fetch->state = FETCH_FAILED;
		set_timer(fetch, 0);
	} else {
		queue(fetch);
		start_next();
	}
}

/**
 * fetch_cancel - end a question whose answer is of no interest any more
 * @fetch: in which there need not be any; zeroes will do
 */
void fetch_cancel(struct fetch *fetch)
{
	drop_data(fetch->data, fetch->len);
	fetch->data = NULL;
	forget(fetch);
}
