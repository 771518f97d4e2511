// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "json_words.h"
#include "vnectl.h"

static void usage(void)
{
	puts("Usage: vnectl [ -t ] monitor\n"
	     "What happens to lines, until it is interrupted. With -t, when.");
}

/* How often the daemon is asked, which is next door. */
static const struct timespec pause_between = { 0, 200000000 };

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

/**
 * do_monitor - print what happens to lines
 * @args: nothing
 *
 * Return: an exit code, when the daemon is gone.
 */
int do_monitor(struct args *args)
{
	json_t *answer, *event;
	json_int_t last = -1;
	size_t i;

	if (args_help(args))
		return show_help(usage);
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing is expected here");
	for (;;) {
		answer = control_ask(json_pack("{s:s,s:I}", "command",
					       "events", "after", last));
		if (!answer)
			return EXIT_KERNEL;
		json_array_foreach(json_object_get(answer, "events"), i, event)
			print_event(event);
		last = number_of_key(answer, "last");
		json_decref(answer);
		nanosleep(&pause_between, NULL);
	}
}
