// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "fd_watch.h"

struct watch {
	struct watch *next;
	struct watches *watches;
	ev_io io;
};

static void on_io(struct ev_loop *loop, ev_io *w, int revents)
{
	struct watch *watch = w->data;

	(void)loop;
	/* This may be the end of the watch. */
	watch->watches->event(watch->watches->arg, w->fd, revents);
}

static struct watch **find(struct watches *watches, int fd)
{
	struct watch **at = &watches->first;

	while (*at && (*at)->io.fd != fd)
		at = &(*at)->next;
	return at;
}

static struct watch *watch_new(struct watches *watches, int fd)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->watches = watches;
	watch->next = watches->first;
	watches->first = watch;
	ev_io_init(&watch->io, on_io, fd, 0);
	watch->io.data = watch;
	return watch;
}

static void watch_del(struct watch **at)
{
	struct watch *watch = *at;

	*at = watch->next;
	ev_io_stop(EV_DEFAULT_UC, &watch->io);
	free(watch);
}

/**
 * watch_set - watch a socket from now on
 * @watches: among these
 * @fd: the socket
 * @events: EV_READ, EV_WRITE; 0 to watch it no more
 *
 * Return: 0, or -1 when there is no memory.
 */
int watch_set(struct watches *watches, int fd, int events)
{
	struct watch **at = find(watches, fd), *watch = *at;

	if (!events) {
		if (watch)
			watch_del(at);
		return 0;
	}
	if (!watch)
		watch = watch_new(watches, fd);
	if (!watch)
		return -1;
	ev_io_stop(EV_DEFAULT_UC, &watch->io);
	ev_io_set(&watch->io, fd, events);
	ev_io_start(EV_DEFAULT_UC, &watch->io);
	return 0;
}

/**
 * watch_clear - watch none of them any more
 * @watches: the sockets
 */
void watch_clear(struct watches *watches)
{
	while (watches->first)
		watch_del(&watches->first);
}
