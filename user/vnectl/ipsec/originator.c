// SPDX-License-Identifier: GPL-2.0
/* The TCP Originator: connects, and connects again (RFC 9329, section 6.1). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipsec/ike_daemon.h"
#include "ipsec/transport.h"

/* A connection that lived so long was not refused by the other side. */
#define LONG_LIVED 10

static void connect_now(struct transport *transport);

static void on_retry(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	connect_now(w->data);
}

static void retry_later(struct transport *transport)
{
	double wait = backoff_next(&transport->backoff, drand48());
	char why[WHY_LEN];

	transport->ports_failed = 0;
	snprintf(why, sizeof(why), "%s", transport->why);
	transport_state(transport, STATE_WAITING, "%s", why);
	log_line(transport->settings.name, "next attempt in %.1f s", wait);
	ev_timer_init(&transport->timer, on_retry, wait, 0);
	ev_timer_start(EV_DEFAULT_UC, &transport->timer);
}

static void attempt_failed(struct transport *transport, const char *why)
{
	if (transport->io.fd >= 0)
		close(transport->io.fd);
	transport->io.fd = -1;
	snprintf(transport->why, WHY_LEN, "%s", why);
	retry_later(transport);
}

static void next_port(struct transport *transport)
{
	transport->port = (transport->port + 1) %
		transport->settings.ports.count;
}

/* Firewalls let some ports pass and drop others. All ports are tried before the
 * wait.
 */
static void port_failed(struct transport *transport, const char *why)
{
	const struct ports *ports = &transport->settings.ports;
	uint16_t port = transport_tcp_port(transport);
	char text[WHY_LEN];

	if (ports->count > 1)
		snprintf(text, sizeof(text), "port %u: %.200s", port, why);
	else
		snprintf(text, sizeof(text), "%s", why);
	next_port(transport);
	if (++transport->ports_failed >= ports->count) {
		attempt_failed(transport, text);
		return;
	}
	close(transport->io.fd);
	transport->io.fd = -1;
	log_line(transport->settings.name, "%s; next is port %u", text,
		 transport_tcp_port(transport));
	connect_now(transport);
}

static void on_started(struct process *process, int status, void *arg)
{
	struct transport *transport = arg;

	if (status)
		log_line(transport->settings.name,
			 "the IKE daemon did not get through by TCP yet: %s",
			 process_last_line(process));
}

static void ike_start(struct transport *transport)
{
	transport->restart = false;
	transport->stopped = false;
	if (ike_run(&transport->action_process, IKE_START,
		    &transport->settings, on_started, transport))
		log_line(transport->settings.name,
			 "the IKE daemon cannot be asked to begin");
}

/* The socket is connected, and IKE has no SA that began by UDP. */
static void hand_over(struct transport *transport)
{
	char why[WHY_LEN], text[WHY_LEN];
	int fd = transport->io.fd;

	if (sock_hand_over(fd, ROLE_ORIGINATOR, transport->peer, why)) {
		attempt_failed(transport, why);
		return;
	}
	transport->io.fd = -1;
	transport->ports_failed = 0;
	if (conn_add(transport, fd)) {
		attempt_failed(transport, "no memory");
		return;
	}
	snprintf(text, sizeof(text), "%s", transport->why);
	transport_state(transport, STATE_OPEN, "%s", transport->restart ? text :
			"connected");
	if (transport->restart)
		ike_start(transport);
}

/* That may have taken longer than the responder waits for the stream prefix. */
static void on_stopped(struct process *process, int status, void *arg)
{
	struct transport *transport = arg;

	(void)process;
	(void)status;
	transport->stopped = true;
	if (!sock_is_over(transport->io.fd)) {
		hand_over(transport);
		return;
	}
	close(transport->io.fd);
	transport->io.fd = -1;
	connect_now(transport);
}

/* From UDP to TCP an IKE SA has to begin anew, with a new SPI (RFC 9329,
 * section 5.1). The peer comes first: from then on nothing leaves by UDP, so
 * an IKE_SA_INIT that the daemon begins by itself meanwhile is first sent by
 * TCP.
 */
static void switch_over(struct transport *transport)
{
	char why[WHY_LEN];

	if (transport_peer_add(transport)) {
		snprintf(why, sizeof(why), "%s", transport->why);
		attempt_failed(transport, why);
		return;
	}
	if (!transport->restart || transport->stopped) {
		hand_over(transport);
		return;
	}
	fallback_stop(transport);
	snprintf(why, sizeof(why), "%s", transport->why);
	transport_state(transport, STATE_SWITCHING, "%s", why);
	process_stop(&transport->action_process);
	if (ike_run(&transport->action_process, IKE_STOP_NOW,
		    &transport->settings, on_stopped, transport))
		hand_over(transport);
}

static void on_connected(struct ev_loop *loop, ev_io *w, int revents)
{
	struct transport *transport = w->data;
	char why[WHY_LEN];

	(void)revents;
	ev_io_stop(loop, &transport->io);
	ev_timer_stop(loop, &transport->timer);
	if (sock_connected(w->fd, why))
		port_failed(transport, why);
	else
		switch_over(transport);
}

static void on_timeout(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct transport *transport = w->data;

	(void)revents;
	ev_io_stop(loop, &transport->io);
	port_failed(transport, "cannot connect: no answer");
}

static void connect_now(struct transport *transport)
{
	char why[WHY_LEN], text[WHY_LEN];
	int fd;

	/* While UDP may still do, there is no peer that would take it. */
	if ((!transport->restart || transport->stopped) &&
	    transport_peer_add(transport)) {
		retry_later(transport);
		return;
	}
	fd = sock_connect(&transport->settings, transport_tcp_port(transport), why);
	if (fd < 0) {
		attempt_failed(transport, why);
		return;
	}
	snprintf(text, sizeof(text), "%s", transport->why);
	transport_state(transport, STATE_CONNECTING, "%s", text);
	ev_io_init(&transport->io, on_connected, fd, EV_WRITE);
	transport->io.data = transport;
	ev_io_start(EV_DEFAULT_UC, &transport->io);
	ev_timer_init(&transport->timer, on_timeout,
		      transport->settings.connect_timeout, 0);
	ev_timer_start(EV_DEFAULT_UC, &transport->timer);
}

/**
 * originate_start - get a connection, and keep one
 * @transport: of role originator
 */
void originate_start(struct transport *transport)
{
	transport->backoff.min = transport->settings.reconnect_min;
	transport->backoff.max = transport->settings.reconnect_max;
	transport->backoff.failures = 0;
	transport->port = 0;
	transport->ports_failed = 0;
	connect_now(transport);
}

/**
 * originate_lost - the connection is gone, the SAs are not
 * @transport: of role originator
 * @lived: seconds that the connection was there
 */
void originate_lost(struct transport *transport, double lived)
{
	renew_stop(transport);
	/* Something on the way may accept a port and close the connection. */
	if (lived >= LONG_LIVED)
		transport->backoff.failures = 0;
	else
		next_port(transport);
	retry_later(transport);
}

/**
 * originate_stop - try no more
 * @transport: of role originator
 */
void originate_stop(struct transport *transport)
{
	renew_stop(transport);
	ev_timer_stop(EV_DEFAULT_UC, &transport->timer);
	ev_io_stop(EV_DEFAULT_UC, &transport->io);
	if (transport->io.fd >= 0)
		close(transport->io.fd);
	transport->io.fd = -1;
	transport->restart = false;
	transport->stopped = false;
}
