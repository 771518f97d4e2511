// SPDX-License-Identifier: GPL-2.0
/* Commands from a file, one a line, as `ip -batch` has them: words in quotes
 * may hold blanks, # begins a comment, a backslash at the end of a line joins
 * it with the next.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapctl.h"

#define MAX_WORDS 256

/* Put the next line in the place of the backslash and line feed at the end of
 * a line. Returns the new length; 0 at the end of the file.
 */
static ssize_t join_line(char **line, size_t *size, ssize_t len, FILE *in)
{
	char *more = NULL, *joined;
	size_t more_size = 0;
	ssize_t more_len = getline(&more, &more_size, in);

	joined = more_len < 0 ? NULL : realloc(*line, len + more_len);
	if (joined) {
		memcpy(joined + len - 2, more, more_len + 1);
		*line = joined;
		*size = len + more_len;
	}
	free(more);
	return joined ? len - 2 + more_len : 0;
}

/* Read a line, with those that a backslash joins to it. */
static bool read_line(char **line, size_t *size, FILE *in,
		      unsigned int *number)
{
	ssize_t len = getline(line, size, in);

	if (len < 0)
		return false;
	++*number;
	while (len >= 2 && !strcmp(*line + len - 2, "\\\n")) {
		len = join_line(line, size, len, in);
		*number += len > 0;
	}
	return true;
}

/* Cut a line into words, in place. Returns their number, or -1. */
static int split(char *line, char **argv, int max)
{
	int argc = 0;
	char *at = line;

	for (;;) {
		char quote;

		at += strspn(at, " \t\r\n");
		if (!*at || *at == '#')
			return argc;
		if (argc == max)
			return -1;
		quote = *at == '"' || *at == '\'' ? *at : 0;
		if (quote)
			at++;
		argv[argc++] = at;
		at += quote ? strcspn(at, quote == '"' ? "\"" : "'") :
			      strcspn(at, " \t\r\n");
		if (quote && !*at)
			return -1;
		if (*at)
			*at++ = '\0';
	}
}

static int run_line(char *text, int (*line)(int argc, char **argv))
{
	char *argv[MAX_WORDS + 1] = { NULL };
	int argc = split(text, argv, MAX_WORDS);

	if (argc < 0)
		return fail_usage("too many words, or a quote that does not end");
	return argc ? line(argc, argv) : EXIT_OK;
}

static int run_stream(FILE *in, const char *name,
		      int (*line)(int argc, char **argv))
{
	unsigned int number = 0;
	char *text = NULL;
	size_t size = 0;
	int result = EXIT_OK;

	while (read_line(&text, &size, in, &number)) {
		int ret = run_line(text, line);

		if (!ret)
			continue;
		fflush(stdout);
		fprintf(stderr, "Command failed %s:%u\n", name, number);
		result = ret;
		if (!options.force)
			break;
	}
	free(text);
	return result;
}

/**
 * run_lines - run a function for each line of a file
 * @file: name of the file, or "-"
 * @line: is given the words of each line
 *
 * Return: an exit code; that of the first line that fails, unless -force was
 * given.
 */
int run_lines(const char *file, int (*line)(int argc, char **argv))
{
	FILE *in;
	int ret;

	if (!strcmp(file, "-"))
		return run_stream(stdin, "-", line);
	in = fopen(file, "re");
	if (!in) {
		fprintf(stderr, "Cannot open file \"%s\" for reading: %s\n",
			file, strerror(errno));
		return EXIT_USAGE;
	}
	ret = run_stream(in, file, line);
	fclose(in);
	return ret;
}
