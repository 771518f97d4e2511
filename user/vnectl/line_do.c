// SPDX-License-Identifier: GPL-2.0
/* up, down, renew and erase-cache: what needs only a name, or none. */
#include <stdio.h>

#include "control.h"
#include "vnectl.h"

static void usage(void)
{
	puts("Usage: vnectl { up | down | renew | erase-cache } [ NAME ]\n"
	     "Of the line NAME, or of all:\n"
	     "  up            begin\n"
	     "  down          end, and take away all that was set up\n"
	     "  renew         ask the provider for the rules now, and tell it the address again\n"
	     "  erase-cache   forget the answers of the provider that were saved");
}

static int ask(struct args *args, const char *command)
{
	json_t *request;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = control_named(args, command, &request);
	return ret ? ret : control_do(request);
}

/**
 * do_up - begin
 * @args: name of the line, or nothing for all
 *
 * Return: an exit code.
 */
int do_up(struct args *args)
{
	return ask(args, "line-up");
}

/**
 * do_down - end, and take away what was set up
 * @args: name of the line, or nothing for all
 *
 * Return: an exit code.
 */
int do_down(struct args *args)
{
	return ask(args, "line-down");
}

/**
 * do_renew - ask the provider now
 * @args: name of the line, or nothing for all
 *
 * Return: an exit code.
 */
int do_renew(struct args *args)
{
	return ask(args, "line-renew");
}

/**
 * do_erase_cache - forget what was saved
 * @args: name of the line, or nothing for all
 *
 * Return: an exit code.
 */
int do_erase_cache(struct args *args)
{
	return ask(args, "line-erase");
}
