// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "module.h"
#include "netns.h"
#include "out.h"
#include "program.h"
#include "verb.h"

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

static int print_version(const struct program *program)
{
	const char *const *name;
	char version[32];

	printf("%s utility, mapvne-" VERSION "\n", program->name);
	for (name = module_names; *name; name++)
		if (module_version(*name, version, sizeof(version)))
			printf("module %s in use, %s\n", *name, version);
	module_notes(stderr);
	return EXIT_OK;
}

static bool *flag_of(const struct program *program, const char *option)
{
	unsigned int i;

	for (i = 0; i < program->count; i++)
		if (keyword_is(option, program->flags[i].name))
			return program->flags[i].on;
	return NULL;
}

/* Returns NEXT_OPTION, or the exit code of an option that ends the program. */
static int take_option(const struct program *program, const char *word,
		       struct args *args)
{
	const char *option = word + (word[1] == '-' ? 2 : 1);
	int ret = NOT_MINE;
	bool *flag;

	if (keyword_is(option, "Version") || !strcmp(option, "version"))
		return print_version(program);
	if (keyword_is(option, "help"))
		return show_help(program->usage);
	if (keyword_is(option, "netns"))
		return set_netns(args) ? EXIT_USAGE : NEXT_OPTION;
	if (program->other)
		ret = program->other(option, args);
	if (ret != NOT_MINE)
		return ret;
	flag = flag_of(program, option);
	if (!flag)
		return fail_usage("option \"%s\" is unknown, try \"%s help\"",
				  word, program->name);
	*flag = true;
	return NEXT_OPTION;
}

/**
 * program_options - take the options before the first command
 * @program: whose
 * @args: the words; those that are left are not options
 *
 * Return: NEXT_OPTION, or the exit code of an option that ends the program.
 */
int program_options(const struct program *program, struct args *args)
{
	int ret = NEXT_OPTION;

	while (ret == NEXT_OPTION && args->argc && args->argv[0][0] == '-')
		ret = take_option(program, args_next(args), args);
	return ret;
}

/**
 * program_end - see to it that all has been written
 * @ret: exit code of the command
 *
 * Return: the exit code of the program.
 */
int program_end(int ret)
{
	if (out_finish() && !ret) {
		perror("Cannot write");
		ret = EXIT_USAGE;
	}
	return ret;
}
