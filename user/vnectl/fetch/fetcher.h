/* SPDX-License-Identifier: GPL-2.0 */
/* A question to a server, which nobody waits for. A process that has no
 * privileges asks it, vne-fetch: strangers get to talk to no other one.
 */
#ifndef VNECTL_FETCH_FETCHER_H
#define VNECTL_FETCH_FETCHER_H

#include <ev.h>

#include "fetch/child.h"
#include "fetch/message.h"

struct fetch;

/* @answer is gone afterwards; the next question may begin here. */
typedef void (*fetch_done)(struct fetch *fetch,
			   const struct fetch_answer *answer, void *arg);

enum fetch_state { FETCH_IDLE, FETCH_WAITS, FETCH_RUNS, FETCH_FAILED };

/**
 * struct fetch - a question; all zeroes where there has never been one
 * @next: of those that wait
 * @state: enum fetch_state; too many processes at once are not started
 * @input: what the process is given, while it waits
 * @child: the process, while it runs
 * @io: its answer
 * @timer: when it is killed, or when it is said that it failed
 * @limit: seconds that it has
 * @data: the answer
 * @len: of @data
 * @size: of the memory of @data
 * @why: why there is no process
 * @done: called when there is an answer
 * @arg: for @done
 */
struct fetch {
	struct fetch *next;
	enum fetch_state state;
	struct child_input input;
	struct child child;
	ev_io io;
	ev_timer timer;
	double limit;
	char *data;
	size_t len;
	size_t size;
	char why[FETCH_WHY_LEN];
	fetch_done done;
	void *arg;
};

void fetch_start(struct fetch *fetch, const struct fetch_request *request,
		 fetch_done done, void *arg);
void fetch_cancel(struct fetch *fetch);

#endif /* VNECTL_FETCH_FETCHER_H */
