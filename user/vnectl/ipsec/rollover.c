// SPDX-License-Identifier: GPL-2.0
/* A successor for a connection with fake TCP, before firewalls refuse its
 * sequence number. It is opened while the old one works, and takes over as soon
 * as the kernel has it. The old one still receives: the responder sends by it
 * until its IKE daemon and its SAs have learnt the new port, which an ESP packet
 * of this side tells them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ipsec/genl_ipsec_tcp.h"
#include "ipsec/conn_attrs.h"
#include "ipsec/transport.h"

/* Seconds between looks at old connections, and how long one has to have been
 * silent: nothing is under way then.
 */
#define LOOK_INTERVAL 2
#define SILENCE 10

static void renew_now(struct transport *transport);

static void stop_attempt(struct renewal *renewal)
{
	ev_io_stop(EV_DEFAULT_UC, &renewal->io);
	ev_timer_stop(EV_DEFAULT_UC, &renewal->timer);
	if (renewal->io.fd >= 0)
		close(renewal->io.fd);
	renewal->io.fd = -1;
}

static void on_retry(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	renew_now(w->data);
}

static void renew_later(struct transport *transport, const char *why)
{
	struct renewal *renewal = &transport->renewal;
	double wait;

	stop_attempt(renewal);
	renewal->backoff.min = transport->settings.reconnect_min;
	renewal->backoff.max = transport->settings.reconnect_max;
	wait = backoff_next(&renewal->backoff, drand48());
	snprintf(renewal->why, sizeof(renewal->why), "%s", why);
	log_line(transport->settings.name,
		 "no newer connection yet: %s; next attempt in %.1f s", why,
		 wait);
	ev_timer_init(&renewal->timer, on_retry, wait, 0);
	ev_timer_start(EV_DEFAULT_UC, &renewal->timer);
}

static void note_conn(uint8_t cmd, struct nlattr **tb, void *arg)
{
	struct nlattr *attrs[IPSEC_TCP_A_CONN_MAX + 1], *cookie;
	struct transport *transport = arg;
	struct conn *conn;

	(void)cmd;
	if (conn_index(tb[IPSEC_TCP_A_CONN], attrs))
		return;
	cookie = attrs[IPSEC_TCP_A_CONN_COOKIE];
	for (conn = transport->conns; cookie && conn; conn = conn->next) {
		if (conn->cookie != nla_get_u64(cookie))
			continue;
		conn->silent = conn_number(attrs, IPSEC_TCP_A_CONN_IDLE);
		conn->heard = conn->silent <
			conn_number(attrs, IPSEC_TCP_A_CONN_AGE);
	}
}

/* Something came by a newer one, so the responder knows the new port. */
static void close_drained(struct transport *transport)
{
	struct conn *conn = transport->conns, *next;
	bool heard = false;

	for (; conn; conn = next) {
		next = conn->next;
		if (heard && conn->silent >= SILENCE) {
			conn_close(conn);
			log_line(transport->settings.name,
				 "the old connection is closed");
			transport->renewal.backoff.failures = 0;
		} else {
			heard |= conn->heard;
		}
	}
}

static void on_look(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct transport *transport = w->data;
	struct kernel *kernel;
	char why[WHY_LEN];

	(void)revents;
	kernel = ipsec_kernel(why, sizeof(why));
	if (kernel && !kernel_dump(kernel, IPSEC_TCP_CMD_CONN_GET,
				   transport->peer, note_conn, transport))
		close_drained(transport);
	if (!transport->conns || !transport->conns->next)
		ev_timer_stop(loop, w);
}

static void hand_over(struct transport *transport)
{
	struct renewal *renewal = &transport->renewal;
	int fd = renewal->io.fd;
	char why[WHY_LEN];

	if (sock_hand_over(fd, ROLE_ORIGINATOR, transport->peer, why)) {
		renew_later(transport, why);
		return;
	}
	renewal->io.fd = -1;
	if (conn_add(transport, fd)) {
		renew_later(transport, "no memory");
		return;
	}
	log_line(transport->settings.name, "a newer connection took over");
	if (!ev_is_active(&renewal->look))
		ev_timer_start(EV_DEFAULT_UC, &renewal->look);
}

static void on_connected(struct ev_loop *loop, ev_io *w, int revents)
{
	struct transport *transport = w->data;
	char why[WHY_LEN];

	(void)revents;
	ev_io_stop(loop, w);
	ev_timer_stop(loop, &transport->renewal.timer);
	if (sock_connected(w->fd, why))
		renew_later(transport, why);
	else
		hand_over(transport);
}

static void on_timeout(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	renew_later(w->data, "cannot connect: no answer");
}

static void renew_now(struct transport *transport)
{
	struct renewal *renewal = &transport->renewal;
	char why[WHY_LEN];
	int fd;

	fd = sock_connect(&transport->settings, transport_tcp_port(transport), why);
	if (fd < 0) {
		renew_later(transport, why);
		return;
	}
	ev_io_init(&renewal->io, on_connected, fd, EV_WRITE);
	ev_io_start(EV_DEFAULT_UC, &renewal->io);
	ev_timer_init(&renewal->timer, on_timeout,
		      transport->settings.connect_timeout, 0);
	ev_timer_start(EV_DEFAULT_UC, &renewal->timer);
}

/**
 * renew_init - nothing is to be renewed yet
 * @transport: which is new
 */
void renew_init(struct transport *transport)
{
	struct renewal *renewal = &transport->renewal;

	renewal->io.fd = -1;
	renewal->io.data = transport;
	renewal->timer.data = transport;
	ev_timer_init(&renewal->look, on_look, LOOK_INTERVAL, LOOK_INTERVAL);
	renewal->look.data = transport;
}

/**
 * renew_is_going_on - is a newer connection wanted, that is not there yet?
 * @transport: which may want one
 *
 * Return: true if it is.
 */
bool renew_is_going_on(const struct transport *transport)
{
	return ev_is_active(&transport->renewal.timer);
}

/**
 * renew_start - get a newer connection, if there is one
 * @transport: of role originator
 */
void renew_start(struct transport *transport)
{
	if (transport->state != STATE_OPEN || !transport->conns ||
	    renew_is_going_on(transport))
		return;
	log_line(transport->settings.name,
		 "a newer connection is needed for fake TCP");
	transport->renewal.why[0] = '\0';
	renew_now(transport);
}

/**
 * renew_failed - the newest connection ended, an older one is in use again
 * @transport: of role originator
 */
void renew_failed(struct transport *transport)
{
	if (transport->state == STATE_OPEN &&
	    transport->settings.esp == ESP_FAKE_TCP &&
	    !renew_is_going_on(transport))
		renew_later(transport, "it ended");
}

/**
 * renew_stop - no newer connection is needed
 * @transport: of role originator
 */
void renew_stop(struct transport *transport)
{
	stop_attempt(&transport->renewal);
	transport->renewal.backoff.failures = 0;
}
