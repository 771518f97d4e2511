// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "cli/query.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl status [ NAME ]\n"
	     "A line for each line: what it is at, what it waits for, and since when.\n"
	     "Succeeds if all that were asked for are up.");
}

static void print_line(json_t *line)
{
	printf("%s: %s for %lld s", text_of(line, "name"),
	       text_of(line, "state"), seconds_since(line, "since"));
	if (has_key(line, "map_type"))
		printf(", %s", text_of(line, "map_type"));
	if (has_key(line, "map_ipv4_addr"))
		printf(", %s", text_of(line, "map_ipv4_addr"));
	print_waiting(line);
	if (has_key(line, "reason"))
		printf("    %s: %s\n", text_of(line, "reason"),
		       text_of(line, "why"));
}

/**
 * do_status - say briefly how lines are
 * @args: name of a line, or nothing for all
 *
 * Return: an exit code.
 */
int do_status(struct args *args)
{
	json_t *answer, *lines, *line;
	bool up = true;
	size_t i;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = lines_ask(args, &answer, &lines);
	if (!ret && out.json)
		json_print(lines);
	json_array_foreach(lines, i, line) {
		if (!out.json)
			print_line(line);
		up &= !strcmp(text_of(line, "state"), "up");
	}
	if (!ret && !json_array_size(lines) && !out.json)
		puts("The configuration has no line (vne block).");
	json_decref(answer);
	return ret ? ret : up ? EXIT_OK : EXIT_KERNEL;
}
