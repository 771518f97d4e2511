// SPDX-License-Identifier: GPL-2.0
/* Asking the daemon for lines. */
#include <stdio.h>

#include "ipc/server.h"
#include "base/json_util.h"
#include "cli/query.h"
#include "cli/verbs.h"

/**
 * lines_ask - the lines of the daemon
 * @args: name of a line, or nothing for all
 * @answer: what it said, to be freed
 * @lines: the lines in it, an array
 *
 * Return: an exit code.
 */
int lines_ask(struct args *args, json_t **answer, json_t **lines)
{
	json_t *request;
	int ret = control_named(args, "line-show", &request);

	if (ret)
		return ret;
	*answer = control_ask(request);
	*lines = json_object_get(*answer, "lines");
	return *lines ? EXIT_OK : EXIT_KERNEL;
}

/**
 * print_waiting - end a line of text with what is waited for
 * @line: a line of the daemon
 */
void print_waiting(json_t *line)
{
	if (has_key(line, "waiting_for"))
		printf(", waits for %s", text_of(line, "waiting_for"));
	if (has_key(line, "next_attempt"))
		printf(", next attempt in %lld s",
		       seconds_until(line, "next_attempt"));
	putchar('\n');
}
