// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <time.h>

#include "ipc/server.h"
#include "base/json_util.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl [ -t ] monitor\n"
	     "What happens to lines, until it is interrupted. With -t, when.");
}

static void print_time(double at)
{
	time_t seconds = at;
	char buf[32];

	strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%S", localtime(&seconds));
	printf("[%s.%03d] ", buf, (int)((at - seconds) * 1000));
}

static void print_event(json_t *event)
{
	if (out.json) {
		json_print(event);
	} else {
		if (options.timestamp)
			print_time(json_real_value(json_object_get(event,
								   "time")));
		printf("%s: %s\n", text_of(event, "name"),
		       text_of(event, "event"));
	}
	fflush(stdout);
}

/* The answer has those of before, which nobody has asked for. */
static void on_message(json_t *message)
{
	json_t *event;
	size_t i;

	if (has_key(message, "event"))
		print_event(message);
	json_array_foreach(json_object_get(message, "events"), i, event)
		print_event(event);
}

/**
 * do_monitor - print what happens to lines
 * @args: nothing
 *
 * Return: an exit code, when the daemon is gone.
 */
int do_monitor(struct args *args)
{
	if (args_help(args))
		return show_help(usage);
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing is expected here");
	return control_follow(json_pack("{s:s,s:i}", "command", "events",
					"after", -1), on_message);
}
