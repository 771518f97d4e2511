/* SPDX-License-Identifier: GPL-2.0 */
/* The sockets of a library, which libev looks after. */
#ifndef VNE_FETCH_FD_WATCH_H
#define VNE_FETCH_FD_WATCH_H

#include <ev.h>

struct watch;

typedef void (*watch_event)(void *arg, int fd, int revents);

/**
 * struct watches - sockets
 * @first: of them, NULL while there is none
 * @event: called when one of them is ready
 * @arg: for @event
 */
struct watches {
	struct watch *first;
	watch_event event;
	void *arg;
};

int watch_set(struct watches *watches, int fd, int events);
void watch_clear(struct watches *watches);

#endif /* VNE_FETCH_FD_WATCH_H */
