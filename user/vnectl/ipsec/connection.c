// SPDX-License-Identifier: GPL-2.0
/* Connections that were handed over. They live as long as their descriptor is
 * open; what they carry is the kernel's business.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "ipsec/transport.h"

/**
 * conn_close - close a connection
 * @conn: which
 */
void conn_close(struct conn *conn)
{
	struct conn **at = &conn->transport->conns;

	while (*at != conn)
		at = &(*at)->next;
	*at = conn->next;
	ev_io_stop(EV_DEFAULT_UC, &conn->io);
	ev_timer_stop(EV_DEFAULT_UC, &conn->timer);
	close(conn->io.fd);
	free(conn);
}

static void conn_ended(struct conn *conn, const char *why)
{
	struct transport *transport = conn->transport;
	double lived = clock_now() - conn->since;
	char text[WHY_LEN];
	bool newest;

	snprintf(text, sizeof(text), "%s%s%s", why, conn->error ? ": " : "",
		 conn->error ? strerror(conn->error) : "");
	transport_log_client(transport, "a connection ended: %s", text);
	newest = conn == transport->conns;
	conn_close(conn);
	if (transport->settings.role != ROLE_ORIGINATOR)
		return;
	if (!transport->conns) {
		snprintf(transport->why, WHY_LEN, "the connection ended: %.200s",
			 text);
		transport->ops->lost(transport, lived);
	} else if (newest) {
		transport->ops->newest_lost(transport);
	}
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct conn *conn = w->data;

	(void)loop;
	(void)revents;
	conn_ended(conn, conn->error ? "error" : "peer");
}

/* Only the end is of interest: messages never come here, for there is a peer
 * that they go to. A descriptor that is closed at once would have the kernel
 * give that as the reason.
 */
static void on_event(struct ev_loop *loop, ev_io *w, int revents)
{
	struct conn *conn = w->data;
	socklen_t len = sizeof(int);
	ssize_t got;
	char byte;

	(void)revents;
	got = recv(w->fd, &byte, 1, MSG_DONTWAIT);
	if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	if (got < 0)
		conn->error = errno;
	else
		getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &conn->error, &len);
	ev_io_stop(loop, &conn->io);
	ev_timer_start(loop, &conn->timer);
}

/**
 * conn_add - keep a socket that was handed over
 * @transport: whose it is
 * @fd: the socket, which belongs to the connection from now on
 *
 * Return: 0, or -1.
 */
int conn_add(struct transport *transport, int fd)
{
	struct conn *conn = calloc(1, sizeof(*conn));

	if (!conn) {
		close(fd);
		return -1;
	}
	conn->transport = transport;
	conn->cookie = sock_cookie(fd);
	conn->since = clock_now();
	conn->next = transport->conns;
	transport->conns = conn;
	transport->connections++;
	ev_io_init(&conn->io, on_event, fd, EV_READ);
	ev_timer_init(&conn->timer, on_timer, 0.5, 0);
	conn->io.data = conn;
	conn->timer.data = conn;
	ev_io_start(EV_DEFAULT_UC, &conn->io);
	return 0;
}

/**
 * conn_close_all - close all connections of a transport
 * @transport: whose they are
 */
void conn_close_all(struct transport *transport)
{
	while (transport->conns)
		conn_close(transport->conns);
}

/**
 * transport_conn_ended - the kernel says that a connection ended
 * @transport: which may be the connection's
 * @cookie: of the connection
 * @why: the reason
 *
 * Return: whether it was.
 */
bool transport_conn_ended(struct transport *transport, uint64_t cookie,
			  const char *why)
{
	socklen_t len = sizeof(int);
	struct conn *conn;

	for (conn = transport->conns; conn; conn = conn->next) {
		if (conn->cookie == cookie) {
			/* The event may be here before the socket's. */
			if (!conn->error)
				getsockopt(conn->io.fd, SOL_SOCKET, SO_ERROR,
					   &conn->error, &len);
			conn_ended(conn, why);
			return true;
		}
	}
	return false;
}

/**
 * transport_conn_renew - the kernel says that a connection needs a successor
 * @transport: which may be the connection's
 * @cookie: of the connection, 0 for any
 *
 * That of a responder is the client's business.
 */
void transport_conn_renew(struct transport *transport, uint64_t cookie)
{
	struct conn *conn = transport->conns;

	/* An older one has its successor. */
	if (conn && transport->settings.role == ROLE_ORIGINATOR &&
	    (!cookie || conn->cookie == cookie))
		transport->ops->renew(transport);
}
