// SPDX-License-Identifier: GPL-2.0
/* The TCP Responder: listens on the configured ports (RFC 9329, section 5). */
#include <stdlib.h>

#include "ipsec/transport.h"

static void respond_begin(struct transport *transport);

/**
 * respond_take - have a connection
 * @transport: of role responder, that listens
 * @fd: the socket, which belongs to the transport from now on
 * @from: who connected
 */
void respond_take(struct transport *transport, int fd,
		  const struct sockaddr_storage *from)
{
	char why[WHY_LEN], name[64];

	if (!sock_adopt(fd, &transport->settings, why) &&
	    !sock_hand_over(fd, ROLE_RESPONDER, transport->peer, why)) {
		conn_add(transport, fd);
		return;
	}
	sock_name(from, name, sizeof(name));
	transport_log_client(transport, "%s is refused: %s", name, why);
	sock_reset(fd);
}

static void on_retry(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	respond_begin(w->data);
}

/**
 * respond_later - do not listen now, but try again
 * @transport: of role responder
 * @why: for a person
 *
 * The address may come later, or its present user go.
 */
void respond_later(struct transport *transport, const char *why)
{
	double wait = backoff_next(&transport->backoff, drand48());

	respond_stop(transport);
	transport_state(transport, STATE_WAITING, "%s", why);
	log_line(transport->settings.name, "next attempt in %.1f s", wait);
	ev_timer_init(&transport->timer, on_retry, wait, 0);
	ev_timer_start(EV_DEFAULT_UC, &transport->timer);
}

static void respond_begin(struct transport *transport)
{
	const struct ports *ports = &transport->settings.ports;
	char why[WHY_LEN];
	uint32_t i;

	if (transport_peer_add(transport)) {
		snprintf(why, sizeof(why), "%s", transport->why);
		respond_later(transport, why);
		return;
	}
	for (i = 0; i < ports->count; i++) {
		if (listener_join(&transport->listening[i], ports->port[i],
				  why)) {
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

	ev_timer_stop(EV_DEFAULT_UC, &transport->timer);
	for (i = 0; i < PORTS_MAX; i++)
		listener_leave(&transport->listening[i]);
}
