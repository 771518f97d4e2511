// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "program.h"
#include "vnectl.h"

struct options options;

static void usage(void)
{
	puts("Usage: vnectl [ OPTIONS ] OBJECT { COMMAND | help }\n"
	     "where  OBJECT := { run | reload | check | ipsec }\n"
	     "       OPTIONS := { -V[ersion] | -j[son] | -p[retty] | -s[tatistics] |\n"
	     "                    -t[imestamp] | -n[etns] NAME }\n"
	     "\n"
	     "       vnectl run [ FILE ]      the daemon: does what FILE says, until it is ended\n"
	     "       vnectl reload            the daemon reads its file again\n"
	     "       vnectl check [ FILE ]    is FILE right?\n"
	     "       vnectl ipsec { add | set | del | show | up | down | listen |\n"
	     "                      status | monitor }\n"
	     "                                IKE and ESP over TCP (RFC 9329)\n"
	     "\n"
	     "Commands and keywords may be abbreviated.");
}

static const struct verb objects[] = {
	{ "run", do_run },
	{ "reload", do_reload },
	{ "check", do_check },
	{ "ipsec", do_ipsec },
};

static const struct flag flags[] = {
	{ "json", &out.json },
	{ "pretty", &out.pretty },
	{ "statistics", &options.stats },
	{ "stats", &options.stats },
	{ "timestamp", &options.timestamp },
};

static const struct program program = {
	.name = "vnectl",
	.usage = usage,
	.flags = flags,
	.count = ARRAY_SIZE(flags),
};

int main(int argc, char **argv)
{
	struct args args = { argc - 1, argv + 1 };
	int ret = program_options(&program, &args);

	if (ret != NEXT_OPTION)
		return ret;
	if (!args.argc) {
		usage();
		return EXIT_USAGE;
	}
	return program_end(run_verb(&args, objects, ARRAY_SIZE(objects),
				    "object", usage));
}
