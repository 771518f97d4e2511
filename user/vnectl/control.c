// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control.h"

/* A client says all at once: who does not is not waited for long. */
#define PATIENCE 5

/**
 * struct client - one that asks
 * @io: its socket
 * @timer: when it is given up
 * @len: bytes of @request
 * @request: what it has said so far
 * @answer: what is to be said, once it has said all
 * @left: bytes of @answer that are not sent yet
 */
struct client {
	ev_io io;
	ev_timer timer;
	size_t len;
	char request[65536];
	char *answer;
	size_t left;
};

static struct {
	ev_io io;
	control_handler handler;
	int lock;
	char path[108];
} server = { .lock = -1 };

static void client_free(struct client *client)
{
	ev_io_stop(EV_DEFAULT_UC, &client->io);
	ev_timer_stop(EV_DEFAULT_UC, &client->timer);
	close(client->io.fd);
	free(client->answer);
	free(client);
}

static void on_patience(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	client_free(w->data);
}

static void client_send(struct client *client)
{
	size_t len = strlen(client->answer);
	ssize_t sent;

	sent = send(client->io.fd, client->answer + len - client->left,
		    client->left, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0 && errno == EAGAIN)
		return;
	if (sent > 0)
		client->left -= sent;
	if (sent <= 0 || !client->left)
		client_free(client);
}

static void client_answer(struct client *client)
{
	json_t *request, *answer;

	request = json_loadb(client->request, client->len,
			     JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(request))
		answer = server.handler(request);
	else
		answer = json_pack("{s:s}", "error",
				   "the request is not a JSON object");
	client->answer = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
	json_decref(request);
	json_decref(answer);
	if (!client->answer) {
		client_free(client);
		return;
	}
	client->left = strlen(client->answer);
	ev_io_stop(EV_DEFAULT_UC, &client->io);
	ev_io_set(&client->io, client->io.fd, EV_WRITE);
	ev_io_start(EV_DEFAULT_UC, &client->io);
}

static void client_read(struct client *client)
{
	size_t room = sizeof(client->request) - client->len;
	ssize_t got;

	got = recv(client->io.fd, client->request + client->len, room,
		   MSG_DONTWAIT);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got > 0)
		client->len += got;
	if (got <= 0 || (size_t)got == room)
		client_free(client);
	else if (client->request[client->len - 1] == '\n')
		client_answer(client);
}

static void on_client(struct ev_loop *loop, ev_io *w, int revents)
{
	struct client *client = w->data;

	(void)loop;
	(void)revents;
	if (client->answer)
		client_send(client);
	else
		client_read(client);
}

/* The folder is root's; this is for a daemon in a folder that is not. */
static bool allowed(int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) &&
		(who.uid == 0 || who.uid == geteuid());
}

static void on_connect(struct ev_loop *loop, ev_io *w, int revents)
{
	int fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client;

	(void)revents;
	if (fd < 0)
		return;
	client = allowed(fd) ? calloc(1, sizeof(*client)) : NULL;
	if (!client) {
		close(fd);
		return;
	}
	ev_io_init(&client->io, on_client, fd, EV_READ);
	ev_timer_init(&client->timer, on_patience, PATIENCE, 0);
	client->io.data = client;
	client->timer.data = client;
	ev_io_start(loop, &client->io);
	ev_timer_start(loop, &client->timer);
}

/**
 * control_path - where the socket is
 * @suffix: what the file is
 * @path: the result
 * @size: of @path
 *
 * A network namespace may have no name, or several, but it has a number.
 *
 * Return: 0, or -1.
 */
int control_path(const char *suffix, char *path, size_t size)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st))
		return -1;
	snprintf(path, size, CONTROL_DIR "/net-%lu.%s",
		 (unsigned long)st.st_ino, suffix);
	return 0;
}

/* A lock, as a socket file outlives a daemon that was killed. */
static int take_lock(void)
{
	char path[108];

	if (mkdir(CONTROL_DIR, 0755) && errno != EEXIST)
		goto fail;
	if (control_path("lock", path, sizeof(path)))
		goto fail;
	server.lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (server.lock < 0)
		goto fail;
	if (!flock(server.lock, LOCK_EX | LOCK_NB))
		return 0;
	fputs("Error: a daemon runs in this network namespace already\n",
	      stderr);
	return -1;
fail:
	fprintf(stderr, "Error: no control socket in " CONTROL_DIR ": %s\n",
		strerror(errno));
	return -1;
}

/**
 * control_start - be the daemon of this network namespace
 * @handler: answers requests
 *
 * Return: 0, or -1 with the reason said.
 */
int control_start(control_handler handler)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (take_lock())
		return -1;
	control_path("sock", server.path, sizeof(server.path));
	memcpy(addr.sun_path, server.path, sizeof(server.path));
	unlink(server.path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	umask(077);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(fd, 16)) {
		fprintf(stderr, "Error: no control socket %s: %s\n",
			server.path, strerror(errno));
		return -1;
	}
	server.handler = handler;
	ev_io_init(&server.io, on_connect, fd, EV_READ);
	ev_io_start(EV_DEFAULT_UC, &server.io);
	return 0;
}

/**
 * control_stop - take the socket away
 */
void control_stop(void)
{
	ev_io_stop(EV_DEFAULT_UC, &server.io);
	close(server.io.fd);
	unlink(server.path);
	close(server.lock);
}
