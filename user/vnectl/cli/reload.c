// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "ipc/server.h"
#include "cli/verbs.h"

static void usage(void)
{
	puts("Usage: vnectl reload\n"
	     "The daemon reads its file again. Lines and transports whose settings are the\n"
	     "same go on undisturbed; if the file is wrong, nothing is changed.");
}

/**
 * do_reload - have the daemon read its file again
 * @args: nothing
 *
 * Return: an exit code.
 */
int do_reload(struct args *args)
{
	json_t *answer, *errors;
	int ret = EXIT_KERNEL;

	if (args_help(args))
		return show_help(usage);
	if (args_peek(args))
		return fail_word(args_peek(args), "nothing is expected here");
	answer = control_ask(json_pack("{s:s}", "command", "reload"));
	errors = json_object_get(answer, "errors");
	if (errors) {
		fprintf(stderr, "%sNothing is changed.\n",
			json_string_value(errors));
		ret = EXIT_USAGE;
	} else if (answer) {
		ret = EXIT_OK;
	}
	json_decref(answer);
	return ret;
}
