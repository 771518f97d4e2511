// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "args.h"
#include "base/runtime_file.h"
#include "ipc/server.h"

/* Seconds of silence after which the daemon hangs. */
#define PATIENCE	10

static int client_connect(void)
{
	static const struct timeval patience = { .tv_sec = PATIENCE };
	static const struct timeval to_say = { .tv_sec = 5 };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (run_file_path("sock", addr.sun_path, sizeof(addr.sun_path)))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &to_say, sizeof(to_say));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (!connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	close(fd);
	return -1;
}

static int client_say(int fd, json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *line;
	int len, ret = -1;

	if (!text)
		return -1;
	len = asprintf(&line, "%s\n", text);
	free(text);
	if (len < 0)
		return -1;
	if (send(fd, line, len, MSG_NOSIGNAL) == len)
		ret = 0;
	free(line);
	return ret;
}

/* Room for more of what the daemon says. */
static bool make_room(char **text, size_t *size, size_t len)
{
	char *more;

	if (len < *size)
		return true;
	if (*size >= CONTROL_MAX)
		return false;
	*size = *size ? 2 * *size : 65536;
	more = realloc(*text, *size);
	if (more)
		*text = more;
	return more;
}

/* Return: the answer, or NULL and what errno says, 0 where it is none. */
static json_t *client_hear(int fd)
{
	json_t *answer = NULL;
	char *text = NULL;
	size_t len = 0, size = 0;
	ssize_t got = 1;

	while (got && make_room(&text, &size, len)) {
		got = recv(fd, text + len, size - len, 0);
		if (got > 0)
			len += got;
		else if (got < 0 && errno != EINTR)
			break;
	}
	if (!got) {
		answer = json_loadb(text, len, 0, NULL);
		errno = 0;
	}
	free(text);
	return answer;
}

static const char *no_answer(void)
{
	if (errno == EAGAIN)
		return "the daemon does not answer: it has said nothing for 10 seconds";
	return "the daemon does not answer";
}

static int connect_or_say(void)
{
	int fd = client_connect();

	if (fd < 0)
		fprintf(stderr,
			"Error: no daemon in this network namespace (%s): start \"vnectl run\"\n",
			strerror(errno));
	return fd;
}

/**
 * control_named - a request for what has a name, or for all
 * @args: the name, or nothing
 * @command: what is asked for
 * @request: the result
 *
 * Return: an exit code.
 */
int control_named(struct args *args, const char *command, json_t **request)
{
	const char *name = args_peek(args) ? args_next(args) : NULL;

	if (args_peek(args))
		return fail_word(args_peek(args), "there is one NAME");
	*request = json_pack("{s:s, s:s*}", "command", command, "name", name);
	return EXIT_OK;
}

/**
 * control_is_there - look for the daemon
 *
 * Return: true if one runs in this network namespace.
 */
bool control_is_there(void)
{
	int fd = client_connect();

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/**
 * control_ask - ask the daemon
 * @request: what, which is freed
 *
 * Return: its answer, or NULL with the reason said.
 */
json_t *control_ask(json_t *request)
{
	json_t *answer = NULL, *error;
	int fd = connect_or_say();
	const char *why;

	if (fd < 0) {
		json_decref(request);
		return NULL;
	}
	if (!client_say(fd, request))
		answer = client_hear(fd);
	why = no_answer();
	close(fd);
	json_decref(request);
	error = json_object_get(answer, "error");
	if (!answer) {
		fprintf(stderr, "Error: %s\n", why);
	} else if (error) {
		fprintf(stderr, "Error: %s\n", json_string_value(error));
		json_decref(answer);
		answer = NULL;
	}
	return answer;
}

/* Silence is what is usual. */
static int follow(int fd, void (*heard)(json_t *message))
{
	static const struct timeval forever;
	FILE *from = fdopen(fd, "r");
	json_t *message;
	char *line = NULL;
	size_t size = 0;

	if (!from) {
		close(fd);
		return EXIT_KERNEL;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof(forever));
	while (getline(&line, &size, from) > 0) {
		message = json_loads(line, 0, NULL);
		heard(message);
		json_decref(message);
	}
	free(line);
	fclose(from);
	fputs("Error: the daemon has ended\n", stderr);
	return EXIT_KERNEL;
}

/**
 * control_follow - ask the daemon, and hear all that it says from then on
 * @request: what, which is freed; "follow" is added to it
 * @heard: called for the answer, and for each message after it
 *
 * Return: an exit code, when the daemon is gone.
 */
int control_follow(json_t *request, void (*heard)(json_t *message))
{
	int fd = connect_or_say(), ret;

	json_object_set_new(request, "follow", json_true());
	ret = fd < 0 ? -1 : client_say(fd, request);
	json_decref(request);
	if (!ret)
		return follow(fd, heard);
	if (fd >= 0)
		close(fd);
	return EXIT_KERNEL;
}

/**
 * control_do - ask the daemon to do something
 * @request: what, which is freed
 *
 * Return: an exit code.
 */
int control_do(json_t *request)
{
	json_t *answer = control_ask(request);

	json_decref(answer);
	return answer ? EXIT_OK : EXIT_KERNEL;
}

/**
 * control_tell - tell the daemon, if there is one, and wait for nothing
 * @request: what, which is freed
 */
void control_tell(json_t *request)
{
	int fd = client_connect();

	if (fd >= 0) {
		client_say(fd, request);
		close(fd);
	}
	json_decref(request);
}
