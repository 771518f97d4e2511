// SPDX-License-Identifier: GPL-2.0
/* Asks one server one question, and takes its answer apart: all that strangers
 * write is read here. vnectl starts it without any privileges, with the question
 * as standard input, and reads the answer from standard output. It is of no use
 * to anybody else.
 */
#include <ev.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "format/query.h"
#include "serve.h"

static int refuse(const char *why)
{
	fprintf(stderr, "vne-fetch: %s\n", why);
	return EXIT_FAILURE;
}

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };
	int i;

	if (syscall(SYS_capget, &header, data))
		return true;
	for (i = 0; i < 2; i++)
		if (data[i].effective || data[i].permitted ||
		    data[i].inheritable)
			return true;
	return false;
}

/* Whoever starts it has seen to that; nobody is to start it otherwise. */
static bool is_harmless(void)
{
	return geteuid() && getuid() && !has_capabilities() &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

/* Return: all of standard input, or NULL. */
static char *read_request(size_t *len)
{
	struct stat st;
	char *data;
	ssize_t got;

	if (fstat(STDIN_FILENO, &st) || !S_ISREG(st.st_mode))
		return NULL;
	data = malloc(st.st_size + 1);
	if (!data)
		return NULL;
	for (*len = 0; *len < (size_t)st.st_size; *len += got) {
		got = pread(STDIN_FILENO, data + *len, st.st_size - *len,
			    *len);
		if (got <= 0)
			return NULL;
	}
	return data;
}

static int write_answer(const struct fetch_answer *answer)
{
	size_t len, done;
	char *data = fetch_answer_write(answer, &len);
	ssize_t put;

	if (!data)
		return -1;
	for (done = 0; done < len; done += put) {
		put = write(STDOUT_FILENO, data + done, len - done);
		if (put <= 0)
			return -1;
	}
	return 0;
}

int main(void)
{
	struct url_param params[QUERY_MAX];
	struct fetch_request request;
	struct fetch_answer answer;
	size_t len;
	char *data;

	/* What was run by a descriptor has its number for a name. */
	prctl(PR_SET_NAME, "vne-fetch", 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	if (!is_harmless())
		return refuse("only vnectl starts it, without privileges");
	data = read_request(&len);
	if (!data)
		return refuse("there is no request");
	if (fetch_request_read(data, len, &request, params))
		fetch_answer_fail(&answer,
				  "vne-fetch is of another version than vnectl: start vnectl again");
	else if (!ev_default_loop(0))
		fetch_answer_fail(&answer, "there is no event loop");
	else
		serve(&request, &answer);
	/* Nothing is cleaned up: it ends. */
	_exit(write_answer(&answer) ? EXIT_FAILURE : EXIT_SUCCESS);
}
