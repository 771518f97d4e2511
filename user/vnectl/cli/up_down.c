// SPDX-License-Identifier: GPL-2.0
/* up, down, renew and erase-cache: what needs only a name, or none. */
#include <stdio.h>
#include <string.h>

#include "dataplane/apply.h"
#include "ipc/server.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl { up | down | renew | erase-cache } [ NAME ]\n"
	     "Of the line NAME, or of all:\n"
	     "  up            begin\n"
	     "  down          end, and take away all that was set up, also without a daemon\n"
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

/* What a daemon left that is there no more. */
struct left {
	const char *name;
	bool found;
	bool failed;
};

static void undo(const char *device, void *arg)
{
	struct left *left = arg;
	struct reason why;

	if (left->name && strcmp(left->name, device))
		return;
	left->found = true;
	if (!apply_undo(device, &why))
		return;
	fprintf(stderr, "Error: %s: %s\n", device, why.text);
	left->failed = true;
}

static int undo_left(const char *name)
{
	struct left left = { .name = name };

	apply_leftovers(undo, &left);
	if (!name || left.found)
		return left.failed ? EXIT_KERNEL : EXIT_OK;
	fprintf(stderr,
		"Error: no line \"%s\" is up, and no daemon in this network namespace\n",
		name);
	return EXIT_KERNEL;
}

/**
 * do_down - end, and take away what was set up
 * @args: name of the line, or nothing for all
 *
 * Without a daemon it undoes what the last one left.
 *
 * Return: an exit code.
 */
int do_down(struct args *args)
{
	const char *name = args_peek(args);
	json_t *request;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = control_named(args, "line-down", &request);
	if (ret)
		return ret;
	if (control_is_there())
		return control_do(request);
	json_decref(request);
	return undo_left(name);
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
