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

#include "base/runtime_file.h"
#include "ipc/server.h"

/* A client says all at once, and hears what it is told: who does not is not waited
 * for long.
 */
#define PATIENCE 5
/* More than this is kept for nobody who follows and does not read. */
#define UNREAD_MAX	1048576
#define FOLLOWERS_MAX	64

/**
 * struct client - one that asks
 * @next: of those that follow
 * @io: its socket
 * @timer: when it is given up
 * @len: bytes of @request
 * @request: what it has said so far
 * @answer: what is to be said, once it has said all
 * @size: bytes of @answer
 * @left: bytes of @answer that are not sent yet
 * @follows: it wants to hear what is pushed
 */
struct client {
	struct client *next;
	ev_io io;
	ev_timer timer;
	size_t len;
	char request[65536];
	char *answer;
	size_t size;
	size_t left;
	bool follows;
};

static struct {
	ev_io io;
	struct client *followers;
	unsigned int followers_count;
	control_handler handler;
	int lock;
	char path[108];
} server = { .lock = -1 };

static void unfollow(struct client *client)
{
	struct client **at = &server.followers;

	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	server.followers_count--;
}

static void client_free(struct client *client)
{
	if (client->follows)
		unfollow(client);
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

static void client_wants(struct client *client, int events)
{
	ev_io_stop(EV_DEFAULT_UC, &client->io);
	ev_io_set(&client->io, client->io.fd, events);
	ev_io_start(EV_DEFAULT_UC, &client->io);
}

/* All is said: a client that follows may end, which is read. */
static void client_said(struct client *client)
{
	if (!client->follows) {
		client_free(client);
		return;
	}
	free(client->answer);
	client->answer = NULL;
	client->size = 0;
	ev_timer_stop(EV_DEFAULT_UC, &client->timer);
	client_wants(client, EV_READ);
}

static void client_send(struct client *client)
{
	ssize_t sent;

	sent = send(client->io.fd, client->answer + client->size - client->left,
		    client->left, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent <= 0) {
		client_free(client);
		return;
	}
	client->left -= sent;
	ev_timer_again(EV_DEFAULT_UC, &client->timer);
	if (!client->left)
		client_said(client);
}

/* Return: true, or false where there is no memory, or too much is unread. */
static bool client_add(struct client *client, json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT), *all = NULL;
	size_t len = text ? strlen(text) : 0;

	if (text && (!client->follows || client->left + len < UNREAD_MAX))
		all = malloc(client->left + len + 1);
	if (all) {
		if (client->left)
			memcpy(all, client->answer + client->size -
			       client->left, client->left);
		memcpy(all + client->left, text, len);
		all[client->left + len] = '\n';
		free(client->answer);
		client->answer = all;
		client->left += len + 1;
		client->size = client->left;
	}
	free(text);
	return all;
}

static bool wants_to_follow(json_t *request, json_t *answer)
{
	return json_is_true(json_object_get(request, "follow")) && answer &&
		!json_object_get(answer, "error") &&
		server.followers_count < FOLLOWERS_MAX;
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
	if (!answer || !client_add(client, answer)) {
		client_free(client);
	} else {
		if (wants_to_follow(request, answer)) {
			client->follows = true;
			client->next = server.followers;
			server.followers = client;
			server.followers_count++;
		}
		client_wants(client, EV_WRITE);
	}
	json_decref(request);
	json_decref(answer);
}

/**
 * control_push - tell all clients that follow
 * @message: what, an object, which is freed
 *
 * One that does not read is given up.
 */
void control_push(json_t *message)
{
	struct client *client, *next;

	for (client = server.followers; client; client = next) {
		bool idle = !client->left;

		next = client->next;
		if (!client_add(client, message)) {
			client_free(client);
			continue;
		}
		if (idle) {
			ev_timer_again(EV_DEFAULT_UC, &client->timer);
			client_wants(client, EV_WRITE);
		}
	}
	json_decref(message);
}

static void client_read(struct client *client)
{
	size_t room = sizeof(client->request) - client->len;
	ssize_t got;

	got = recv(client->io.fd, client->request + client->len, room,
		   MSG_DONTWAIT);
	if (got < 0 && errno == EAGAIN)
		return;
	/* Who follows has said all that there is to say. */
	if (got > 0 && !client->follows)
		client->len += got;
	if (got > 0 && client->follows)
		return;
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
	ev_timer_init(&client->timer, on_patience, PATIENCE, PATIENCE);
	client->io.data = client;
	client->timer.data = client;
	ev_io_start(loop, &client->io);
	ev_timer_start(loop, &client->timer);
}

/* A lock, as a socket file outlives a daemon that was killed. */
static int take_lock(void)
{
	char path[108];

	if (mkdir(RUN_DIR, 0755) && errno != EEXIST)
		goto fail;
	if (run_file_path("lock", path, sizeof(path)))
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
	fprintf(stderr, "Error: no control socket in " RUN_DIR ": %s\n",
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
	run_file_path("sock", server.path, sizeof(server.path));
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
