// SPDX-License-Identifier: GPL-2.0
/* add, listen and set: settings from the command line. */
#include <stdio.h>
#include <string.h>

#include "ipc/server.h"
#include "config/ipsec_options.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl ipsec { add | set } NAME KEY VALUE [ KEY VALUE ]...\n"
	     "       vnectl ipsec listen NAME remote PREFIX [ port PORT[,PORT]... ] [ KEY VALUE ]...\n"
	     "The keys are those of vne.conf(5), and \"vnectl ipsec help\" lists them.");
}

/* The daemon checks, too, but it is not needed to find a mistake. */
static int check(const char *name, json_t *values, bool whole)
{
	struct settings settings;
	struct arg_error err;
	int ret = EXIT_OK;

	if (settings_init(&settings, name, &err) ||
	    settings_set_json(&settings, values, &err))
		ret = fail_arg(&err);
	else if (whole && settings_check(&settings, &err))
		ret = fail_usage("%s", err.reason);
	settings_free(&settings);
	return ret;
}

static int ask(const char *command, const char *name, json_t *values)
{
	bool whole = !strcmp(command, "add");
	int ret = check(name, values, whole);

	if (ret)
		return ret;
	return control_do(json_pack("{s:s, s:s, s:O}", "command", command,
				    "name", name, "settings", values));
}

static int change(struct args *args, const char *command, const char *role)
{
	const char *name;
	json_t *values;
	int ret;

	if (args_help(args))
		return show_help(usage);
	name = args_next(args);
	if (!name)
		return fail_missing("NAME", NULL);
	values = json_object();
	if (role)
		json_object_set_new(values, "role", json_string(role));
	ret = settings_args(args, values);
	if (!ret)
		ret = ask(command, name, values);
	json_decref(values);
	return ret;
}

/**
 * do_ipsec_add - a new transport
 * @args: its name and settings
 *
 * Return: an exit code.
 */
int do_ipsec_add(struct args *args)
{
	return change(args, "add", NULL);
}

/**
 * do_ipsec_listen - a new transport of role responder
 * @args: its name and settings
 *
 * Return: an exit code.
 */
int do_ipsec_listen(struct args *args)
{
	return change(args, "add", role_names[ROLE_RESPONDER]);
}

/**
 * do_ipsec_set - change settings
 * @args: name of the transport, and the settings
 *
 * Return: an exit code.
 */
int do_ipsec_set(struct args *args)
{
	return change(args, "set", NULL);
}
