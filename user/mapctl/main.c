// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"
#include "netns.h"

struct options options;

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

/**
 * run_command - run what stands after the options
 * @argc: number of words
 * @argv: words
 *
 * Return: an exit code.
 */
int run_command(int argc, char **argv)
{
	struct args args = { argc, argv };

	return run_verb(&args, objects, ARRAY_SIZE(objects), "object", usage);
}

static int set_netns(struct args *args)
{
	const char *name = args_next(args);
	int ret;

	if (!name)
		return fail_missing("-netns", "the name of a network namespace");
	ret = netns_enter(name);
	if (!ret)
		return EXIT_OK;
	fprintf(stderr, "Cannot open network namespace \"%s\": %s\n", name,
		strerror(-ret));
	return EXIT_USAGE;
}

static int print_version(void)
{
	puts("mapctl utility, mapvne-" VERSION);
	return EXIT_OK;
}

static bool *flag_of(const char *option)
{
	static const struct {
		const char *name;
		bool *flag;
	} flags[] = {
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
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (keyword_is(option, flags[i].name))
			return flags[i].flag;
	return NULL;
}

enum { NEXT_OPTION = -1 };

/* Returns NEXT_OPTION, or the exit code of an option that ends the program. */
static int take_option(const char *word, struct args *args, const char **batch)
{
	const char *option = word + (word[1] == '-' ? 2 : 1);
	bool *flag;

	if (keyword_is(option, "Version") || !strcmp(option, "version"))
		return print_version();
	if (keyword_is(option, "help"))
		return show_help(usage);
	if (keyword_is(option, "netns"))
		return set_netns(args) ? EXIT_USAGE : NEXT_OPTION;
	if (keyword_is(option, "batch")) {
		*batch = args_next(args);
		return *batch ? NEXT_OPTION : fail_missing("-batch", "a file");
	}
	flag = flag_of(option);
	if (!flag)
		return fail_usage("option \"%s\" is unknown, try \"mapctl help\"",
				  word);
	*flag = true;
	return NEXT_OPTION;
}

int main(int argc, char **argv)
{
	struct args args = { argc - 1, argv + 1 };
	const char *batch = NULL;
	int ret;

	while (args.argc && args.argv[0][0] == '-') {
		ret = take_option(args_next(&args), &args, &batch);
		if (ret != NEXT_OPTION)
			return ret;
	}
	if (!batch && !args.argc) {
		usage();
		return EXIT_USAGE;
	}
	ret = batch ? run_batch(batch) : run_command(args.argc, args.argv);
	if (out_finish() && !ret) {
		perror("Cannot write");
		ret = EXIT_USAGE;
	}
	return ret;
}
