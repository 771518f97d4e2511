// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "mapctl.h"
#include "program.h"

static void usage(void)
{
	puts("Usage: mapctl [ OPTIONS ] OBJECT { COMMAND | help }\n"
	     "       mapctl [ -force ] -batch FILE\n"
	     "where  OBJECT := { rule | dev | show | calc | get | ports | stats | monitor }\n"
	     "       OPTIONS := { -V[ersion] | -j[son] | -p[retty] | -s[tatistics] |\n"
	     "                    -o[neline] | -t[imestamp] | -n[etns] NAME |\n"
	     "                    -b[atch] FILE | -force }\n"
	     "\n"
	     "       mapctl rule { add | del | show | flush | replace }   rules of a device\n"
	     "       mapctl dev { add | set | del | show }                devices\n"
	     "       mapctl show [ DEV ]                                  same as dev show\n"
	     "       mapctl calc ...       addresses and ports by a rule, without a device\n"
	     "       mapctl get ...        what becomes of a packet, and why\n"
	     "       mapctl ports ...      how full the port set is\n"
	     "       mapctl stats ...      counters\n"
	     "       mapctl monitor        changes as they happen\n"
	     "\n"
	     "Commands and keywords may be abbreviated.");
}

static const struct verb objects[] = {
	{ "rule", do_rule },
	{ "dev", do_dev },
	{ "show", do_dev_show },
	{ "calc", do_calc },
	{ "get", do_get },
	{ "ports", do_ports },
	{ "stats", do_stats },
	{ "monitor", do_monitor },
};

/* Runs what stands after the options. */
static int run_command(int argc, char **argv)
{
	struct args args = { argc, argv };

	return run_verb(&args, objects, ARRAY_SIZE(objects), "object", usage);
}

static const struct flag flags[] = {
	{ "json", &out.json },
	{ "pretty", &out.pretty },
	{ "oneline", &out.oneline },
	{ "statistics", &options.stats },
	{ "stats", &options.stats },
	{ "timestamp", &options.timestamp },
	{ "tshort", &options.timestamp },
	{ "ts", &options.timestamp },
	{ "force", &options.force },
	{ "details", &options.stats },
};

static const char *batch;

static int take_batch(const char *option, struct args *args)
{
	if (!keyword_is(option, "batch"))
		return NOT_MINE;
	batch = args_next(args);
	return batch ? NEXT_OPTION : fail_missing("-batch", "a file");
}

static const struct program program = {
	.name = "mapctl",
	.usage = usage,
	.flags = flags,
	.count = ARRAY_SIZE(flags),
	.other = take_batch,
};

int main(int argc, char **argv)
{
	struct args args = { argc - 1, argv + 1 };
	int ret = program_options(&program, &args);

	if (ret != NEXT_OPTION)
		return ret;
	if (!batch && !args.argc)
		return fail_help(usage);
	ret = batch ? run_lines(batch, run_command) : run_command(args.argc, args.argv);
	return program_end(ret);
}
