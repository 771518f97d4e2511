// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"
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
	puts("vnectl utility, mapvne-" VERSION);
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
		{ "statistics", &options.stats },
		{ "stats", &options.stats },
		{ "timestamp", &options.timestamp },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (keyword_is(option, flags[i].name))
			return flags[i].flag;
	return NULL;
}

enum { NEXT_OPTION = -1 };

/* Returns NEXT_OPTION, or the exit code of an option that ends the program. */
static int take_option(const char *word, struct args *args)
{
	const char *option = word + (word[1] == '-' ? 2 : 1);
	bool *flag;

	if (keyword_is(option, "Version") || !strcmp(option, "version"))
		return print_version();
	if (keyword_is(option, "help"))
		return show_help(usage);
	if (keyword_is(option, "netns"))
		return set_netns(args) ? EXIT_USAGE : NEXT_OPTION;
	flag = flag_of(option);
	if (!flag)
		return fail_usage("option \"%s\" is unknown, try \"vnectl help\"",
				  word);
	*flag = true;
	return NEXT_OPTION;
}

int main(int argc, char **argv)
{
	struct args args = { argc - 1, argv + 1 };
	int ret;

	while (args.argc && args.argv[0][0] == '-') {
		ret = take_option(args_next(&args), &args);
		if (ret != NEXT_OPTION)
			return ret;
	}
	if (!args.argc) {
		usage();
		return EXIT_USAGE;
	}
	ret = run_verb(&args, objects, ARRAY_SIZE(objects), "object", usage);
	if (out_finish() && !ret) {
		perror("Cannot write");
		ret = EXIT_USAGE;
	}
	return ret;
}
