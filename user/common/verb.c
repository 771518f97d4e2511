// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "verb.h"

/**
 * show_help - print a help text that was asked for
 * @usage: prints it
 *
 * Return: EXIT_OK.
 */
int show_help(void (*usage)(void))
{
	usage();
	return EXIT_OK;
}

/**
 * fail_help - print a help text that was not asked for
 * @usage: prints it, to standard output
 *
 * It goes to standard error, so that it is no answer to who reads one.
 *
 * Return: EXIT_USAGE.
 */
int fail_help(void (*usage)(void))
{
	fflush(stdout);
	if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		usage();
	return EXIT_USAGE;
}

/* All there are, so that nobody has to look for them. */
static int unknown(const char *word, const char *what,
		   const struct verb *verbs, unsigned int count)
{
	char list[256] = "";
	unsigned int i;
	size_t len = 0;

	for (i = 0; i < count && len < sizeof(list); i++)
		len += snprintf(list + len, sizeof(list) - len, "%s%s",
				i ? ", " : "", verbs[i].name);
	return fail_word(word, "%s is unknown (accepted: %s), try \"help\"",
			 what, list);
}

/**
 * run_verb - run the command that the next word names
 * @args: the words
 * @verbs: the commands
 * @count: how many
 * @what: what they are, for the message
 * @usage: prints the help text
 *
 * Return: an exit code.
 */
int run_verb(struct args *args, const struct verb *verbs, unsigned int count,
	     const char *what, void (*usage)(void))
{
	const char *word;
	int index;

	if (args_help(args))
		return show_help(usage);
	word = args_next(args);
	if (!word)
		return fail_usage("%s is missing, try \"help\"", what);
	index = keyword_find(word, (const char *)&verbs[0].name,
			     sizeof(verbs[0]), count);
	if (index == KEYWORD_AMBIGUOUS)
		return fail_word(word, "%s is ambiguous, try \"help\"", what);
	if (index < 0)
		return unknown(word, what, verbs, count);
	return verbs[index].run(args);
}
