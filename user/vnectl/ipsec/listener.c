// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipsec/listener.h"
#include "ipsec/transport.h"

/**
 * struct listener - a socket that listens
 * @next: in the list of all
 * @users: transports that have it
 * @local: address, family 0 for any
 * @family: AF_INET or AF_INET6
 * @port: in host byte order
 * @mark: of the socket
 * @device: that it is bound to, "" for none
 * @io: tells that somebody connects
 */
struct listener {
	struct listener *next;
	struct listening *users;
	struct address local;
	uint8_t family;
	uint16_t port;
	uint32_t mark;
	char device[IFNAMSIZ];
	ev_io io;
};

static struct listener *listeners;

static bool same_device(const char *one, const char *two)
{
	return !strcmp(one ? one : "", two ? two : "");
}

static struct listener *find(const struct settings *settings, uint16_t port)
{
	struct listener *listener = listeners;

	while (listener && (listener->port != port ||
			    listener->family != settings->remote.family ||
			    listener->mark != settings->mark ||
			    !same_device(listener->device,
					 settings->bind_device) ||
			    !address_equal(&listener->local, &settings->local)))
		listener = listener->next;
	return listener;
}

/* The transport whose prefix says most about an address. */
static struct transport *choose(const struct listener *listener,
				const struct sockaddr_storage *from)
{
	const struct listening *user;
	struct transport *best = NULL;
	const struct address *remote;

	for (user = listener->users; user; user = user->next) {
		remote = &user->transport->settings.remote;
		if (address_holds(remote, from) &&
		    (!best || remote->len > best->settings.remote.len))
			best = user->transport;
	}
	return best;
}

static void take(const struct listener *listener, int fd,
		 const struct sockaddr_storage *from)
{
	struct transport *transport = choose(listener, from);
	char name[64];

	if (transport) {
		transport->ops->accepted(transport, fd, from);
		return;
	}
	sock_name(from, name, sizeof(name));
	transport_log_client(listener->users->transport,
			     "%s is refused: \"remote\" does not cover it", name);
	sock_reset(fd);
}

/* Whoever gives up leaves, and the last one takes the socket along. */
static void fail(struct listener *listener, const char *why)
{
	struct listening *user, *next;

	for (user = listener->users; user; user = next) {
		next = user->next;
		user->transport->ops->cannot_accept(user->transport, why);
	}
}

static void on_accept(struct ev_loop *loop, ev_io *w, int revents)
{
	struct sockaddr_storage from;
	int fd = sock_accept(w->fd, &from);

	(void)loop;
	(void)revents;
	if (fd >= 0)
		take(w->data, fd, &from);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		 errno == ENOBUFS)
		fail(w->data, "cannot accept: there are too many open files, or there is no memory");
}

static struct listener *make(const struct settings *settings, uint16_t port,
			     char *why)
{
	struct listener *listener;
	int fd = sock_listen(settings, port, why);

	if (fd < 0)
		return NULL;
	listener = calloc(1, sizeof(*listener));
	if (!listener) {
		snprintf(why, WHY_LEN, "no memory");
		close(fd);
		return NULL;
	}
	listener->local = settings->local;
	listener->family = settings->remote.family;
	listener->port = port;
	listener->mark = settings->mark;
	if (settings->bind_device)
		snprintf(listener->device, sizeof(listener->device), "%s",
			 settings->bind_device);
	listener->next = listeners;
	listeners = listener;
	ev_io_init(&listener->io, on_accept, fd, EV_READ);
	listener->io.data = listener;
	ev_io_start(EV_DEFAULT_UC, &listener->io);
	return listener;
}

/**
 * listener_join - listen on a port, maybe with others
 * @listening: of a transport of role responder; not in use
 * @port: in host byte order
 * @mark: of the socket
 * @device: that it is bound to, "" for none
 * @why: WHY_LEN bytes for the reason why not
 *
 * Return: 0, or -1.
 */
int listener_join(struct listening *listening, uint16_t port, char *why)
{
	const struct settings *settings = &listening->transport->settings;
	struct listener *listener = find(settings, port);

	if (!listener)
		listener = make(settings, port, why);
	if (!listener)
		return -1;
	listening->listener = listener;
	listening->next = listener->users;
	listener->users = listening;
	return 0;
}

static void destroy(struct listener *listener)
{
	struct listener **at = &listeners;

	while (*at != listener)
		at = &(*at)->next;
	*at = listener->next;
	ev_io_stop(EV_DEFAULT_UC, &listener->io);
	close(listener->io.fd);
	free(listener);
}

/**
 * listener_leave - do not listen any more
 * @listening: nothing happens if it is not in use
 */
void listener_leave(struct listening *listening)
{
	struct listener *listener = listening->listener;
	struct listening **at;

	if (!listener)
		return;
	at = &listener->users;
	while (*at != listening)
		at = &(*at)->next;
	*at = listening->next;
	listening->listener = NULL;
	if (!listener->users)
		destroy(listener);
}
