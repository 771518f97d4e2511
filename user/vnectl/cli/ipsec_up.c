// SPDX-License-Identifier: GPL-2.0
/* up, down and del: what needs only a name. */
#include <stdio.h>
#include <string.h>

#include "ipc/server.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl ipsec up NAME [ udp | tcp ]\n"
	     "       vnectl ipsec { down | del } NAME\n"
	     "With udp or tcp, a transport udp-fallback-tcp changes to this way now, and\n"
	     "the IKE daemon begins a new IKE SA.");
}

static int ask(struct args *args, const char *command)
{
	json_t *request = json_pack("{s:s}", "command", command);
	const char *name = args_next(args), *way = args_next(args);

	if (!name) {
		json_decref(request);
		return fail_missing("NAME", NULL);
	}
	json_object_set_new(request, "name", json_string(name));
	if (way && !strcmp(command, "up") &&
	    (!strcmp(way, "udp") || !strcmp(way, "tcp")))
		json_object_set_new(request, "way", json_string(way));
	else if (way)
		args->argc = -1;
	if (!args->argc)
		return control_do(request);
	json_decref(request);
	return fail_word(args->argc < 0 ? way : args_peek(args), "%s",
			 strcmp(command, "up") ? "nothing is expected here" :
			 "udp or tcp is expected");
}

/**
 * do_ipsec_up - start a transport
 * @args: its name, and the way
 *
 * Return: an exit code.
 */
int do_ipsec_up(struct args *args)
{
	return args_help(args) ? show_help(usage) : ask(args, "up");
}

/**
 * do_ipsec_down - stop a transport
 * @args: its name
 *
 * Return: an exit code.
 */
int do_ipsec_down(struct args *args)
{
	return args_help(args) ? show_help(usage) : ask(args, "down");
}

/**
 * do_ipsec_del - forget a transport
 * @args: its name
 *
 * Return: an exit code.
 */
int do_ipsec_del(struct args *args)
{
	return args_help(args) ? show_help(usage) : ask(args, "del");
}
