// SPDX-License-Identifier: GPL-2.0
/* The TCP Responder: listens on the configured ports (RFC 9329, section 5). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transport.h"

static void respond_begin(struct transport *transport);
static void respond_later(struct transport *transport, const char *why);

static void take(struct transport *transport, int fd,
		 const struct sockaddr_storage *from)
{
	char why[WHY_LEN], name[64];

	sock_name(from, name, sizeof(name));
	if (!address_holds(&transport->settings.remote, from)) {
		snprintf(why, sizeof(why), "\"remote\" does not cover it");
	} else if (!sock_hand_over(fd, ROLE_RESPONDER, transport->peer, why)) {
		conn_add(transport, fd);
		return;
	}
	daemon_log(transport->settings.name, "%s is refused: %s", name, why);
	sock_reset(fd);
}

static void on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct transport *transport = w->data;
	struct sockaddr_storage from;
	int fd = sock_accept(w->fd, &from);

	(void)loop;
	(void)revents;
	if (fd >= 0)
		take(transport, fd, &from);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		 errno == ENOBUFS)
		respond_later(transport, "can not accept: there are too many open files, or there is no memory");
}

static void on_retry(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	respond_begin(w->data);
}

/* The address may come later, or its present user go. */
static void respond_later(struct transport *transport, const char *why)
{
	double wait = backoff_next(&transport->backoff, drand48());

	respond_stop(transport);
	transport_state(transport, STATE_WAITING, "%s", why);
	daemon_log(transport->settings.name, "next attempt in %.1f s", wait);
	ev_timer_init(&transport->timer, on_retry, wait, 0);
	ev_timer_start(EV_DEFAULT_UC, &transport->timer);
}

static int listen_on(struct transport *transport, unsigned int index,
		     char *why)
{
	ev_io *io = &transport->listeners[index].io;
	int fd = sock_listen(&transport->settings,
			     transport->settings.ports.port[index], why);

	if (fd < 0)
		return -1;
	ev_io_init(io, on_accept, fd, EV_READ);
	io->data = transport;
	ev_io_start(EV_DEFAULT_UC, io);
	return 0;
}

static void respond_begin(struct transport *transport)
{
	char why[WHY_LEN];
	uint32_t i;

	if (transport_peer_add(transport)) {
		snprintf(why, sizeof(why), "%s", transport->why);
		respond_later(transport, why);
		return;
	}
	for (i = 0; i < transport->settings.ports.count; i++) {
		if (listen_on(transport, i, why)) {
			respond_later(transport, why);
			return;
		}
	}
	transport_state(transport, STATE_LISTENING, "listening");
}

/**
 * respond_start - listen
 * @transport: of role responder
 */
void respond_start(struct transport *transport)
{
	transport->backoff.min = 1;
	transport->backoff.max = 60;
	transport->backoff.failures = 0;
	respond_begin(transport);
}

/**
 * respond_stop - do not listen any more
 * @transport: of role responder
 */
void respond_stop(struct transport *transport)
{
	unsigned int i;
	ev_io *io;

	ev_timer_stop(EV_DEFAULT_UC, &transport->timer);
	for (i = 0; i < PORTS_MAX; i++) {
		io = &transport->listeners[i].io;
		ev_io_stop(EV_DEFAULT_UC, io);
		if (io->fd >= 0)
			close(io->fd);
		io->fd = -1;
	}
}
