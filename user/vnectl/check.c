// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "conf.h"
#include "vnectl.h"

static void usage(void)
{
	puts("Usage: vnectl check [ FILE ]\n"
	     "Reads " CONF_FILE ", or FILE, and says what is wrong with it.\n"
	     "Nothing is changed.");
}

/**
 * do_check - is a configuration file right?
 * @args: its name
 *
 * Return: an exit code.
 */
int do_check(struct args *args)
{
	struct conf conf;
	const char *file;
	int ret;

	if (args_help(args))
		return show_help(usage);
	ret = conf_word(args, &file);
	if (ret)
		return ret;
	if (conf_read(file, &conf, stderr))
		return EXIT_USAGE;
	out_object(NULL);
	out_string("file", "%s: ", file);
	out_number("ipsec_transports", "%" PRIu64 " ipsec-transport ",
		   conf.count);
	out_text("ok\n");
	out_object_end();
	conf_free(&conf);
	return EXIT_OK;
}
