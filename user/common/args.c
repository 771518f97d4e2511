// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "args.h"

/**
 * args_peek - look at the next word
 * @args: the words
 *
 * Return: the word, or NULL at the end.
 */
const char *args_peek(const struct args *args)
{
	return args->argc > 0 ? args->argv[0] : NULL;
}

/**
 * args_next - take the next word
 * @args: the words
 *
 * Return: the word, or NULL at the end.
 */
char *args_next(struct args *args)
{
	if (args->argc <= 0)
		return NULL;
	args->argc--;
	return *args->argv++;
}

/**
 * args_take - take the next word if it is the wanted one
 * @args: the words
 * @word: the wanted word; no abbreviation is accepted
 *
 * Return: whether it was there.
 */
bool args_take(struct args *args, const char *word)
{
	const char *next = args_peek(args);

	if (!next || strcmp(next, word))
		return false;
	args_next(args);
	return true;
}

/**
 * args_help - is help asked for?
 * @args: the words
 *
 * Return: true when the next word is "help" or an option of that meaning.
 */
bool args_help(const struct args *args)
{
	const char *word = args_peek(args);

	return word && (!strcmp(word, "help") || !strcmp(word, "-h") ||
			!strcmp(word, "-help") || !strcmp(word, "--help"));
}

/**
 * keyword_is - does a word name a keyword, in full or abbreviated?
 * @word: the word
 * @keyword: the keyword
 *
 * Return: true when @word is a beginning of @keyword.
 */
bool keyword_is(const char *word, const char *keyword)
{
	return *word && !strncmp(keyword, word, strlen(word));
}

/**
 * keyword_find - find the keyword that a word names
 * @word: the word, which may be an abbreviation
 * @name: the pointer to the first keyword (a const char * in a table)
 * @stride: distance of two keywords in the table, in bytes
 * @count: how many there are
 *
 * A word that is a keyword wins over a longer keyword that begins so.
 *
 * Return: index in the table, or KEYWORD_NONE, or KEYWORD_AMBIGUOUS.
 */
int keyword_find(const char *word, const char *name, unsigned int stride,
		 unsigned int count)
{
	int found = KEYWORD_NONE;
	unsigned int i;

	for (i = 0; i < count; i++, name += stride) {
		const char *keyword;

		memcpy(&keyword, name, sizeof(keyword));
		if (!keyword_is(word, keyword))
			continue;
		if (!strcmp(word, keyword))
			return i;
		found = found == KEYWORD_NONE ? (int)i : KEYWORD_AMBIGUOUS;
	}
	return found;
}

/**
 * arg_wrong - note that a word is wrong
 * @err: where to
 * @word: the word
 * @fmt: why
 *
 * Return: -1, for the caller to return.
 */
int arg_wrong(struct arg_error *err, const char *word, const char *fmt, ...)
{
	va_list ap;

	snprintf(err->word, sizeof(err->word), "%s", word);
	va_start(ap, fmt);
	vsnprintf(err->reason, sizeof(err->reason), fmt, ap);
	va_end(ap);
	return -1;
}

/**
 * fail_arg - say that a word is wrong
 * @err: which, and why
 *
 * Return: EXIT_USAGE.
 */
int fail_arg(const struct arg_error *err)
{
	fprintf(stderr, "Error: argument \"%s\" is wrong: %s\n", err->word,
		err->reason);
	return EXIT_USAGE;
}

/**
 * fail_word - say that a word is wrong
 * @word: the word
 * @fmt: why
 *
 * Return: EXIT_USAGE.
 */
int fail_word(const char *word, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "Error: argument \"%s\" is wrong: ", word);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

/**
 * fail_usage - say that a command cannot be understood
 * @fmt: why
 *
 * Return: EXIT_USAGE.
 */
int fail_usage(const char *fmt, ...)
{
	va_list ap;

	fputs("Error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

/**
 * fail_missing - say that a word is missing
 * @keyword: the keyword that is missing, or whose value is
 * @expects: what its value is, or NULL
 *
 * Return: EXIT_USAGE.
 */
int fail_missing(const char *keyword, const char *expects)
{
	if (expects)
		return fail_usage("\"%s\" is missing its value: %s is expected",
				  keyword, expects);
	return fail_usage("\"%s\" is missing", keyword);
}

/**
 * fail_twice - say that a keyword was given before
 * @keyword: the keyword
 *
 * Return: EXIT_USAGE.
 */
int fail_twice(const char *keyword)
{
	return fail_usage("duplicate \"%s\"", keyword);
}
