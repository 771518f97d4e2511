// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "args.h"
#include "control.h"

static int client_connect(void)
{
	static const struct timeval patience = { .tv_sec = 5 };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (control_path("sock", addr.sun_path, sizeof(addr.sun_path)))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
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

static json_t *client_hear(int fd)
{
	char *text = calloc(1, CONTROL_MAX);
	json_t *answer = NULL;
	size_t len = 0;
	ssize_t got;

	if (!text)
		return NULL;
	do {
		got = recv(fd, text + len, CONTROL_MAX - len, 0);
		if (got > 0)
			len += got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	answer = json_loadb(text, len, 0, NULL);
	free(text);
	return answer;
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
	int fd = client_connect();

	if (fd < 0) {
		fprintf(stderr,
			"Error: no daemon in this network namespace (%s): start \"vnectl run\"\n",
			strerror(errno));
		json_decref(request);
		return NULL;
	}
	if (!client_say(fd, request))
		answer = client_hear(fd);
	close(fd);
	json_decref(request);
	error = json_object_get(answer, "error");
	if (!answer) {
		fputs("Error: the daemon does not answer\n", stderr);
	} else if (error) {
		fprintf(stderr, "Error: %s\n", json_string_value(error));
		json_decref(answer);
		answer = NULL;
	}
	return answer;
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
