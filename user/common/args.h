/* SPDX-License-Identifier: GPL-2.0 */
/* Words of a command line, and what is said when one of them is wrong. */
#ifndef COMMON_ARGS_H
#define COMMON_ARGS_H

#include <stdbool.h>

/* Exit codes, those of iproute2. */
#define EXIT_OK		0
#define EXIT_USAGE	1
#define EXIT_KERNEL	2

/**
 * struct args - words that are still to be read
 * @argc: how many
 * @argv: the words
 */
struct args {
	int argc;
	char **argv;
};

/**
 * struct arg_error - a word that is wrong, and why
 * @word: as it was given; empty where a word is missing
 * @reason: a sentence without a full stop
 */
struct arg_error {
	char word[128];
	char reason[384];
};

#define KEYWORD_NONE		(-1)
#define KEYWORD_AMBIGUOUS	(-2)

const char *args_peek(const struct args *args);
char *args_next(struct args *args);
bool args_take(struct args *args, const char *word);
bool args_help(const struct args *args);

bool keyword_is(const char *word, const char *keyword);
int keyword_find(const char *word, const char *name, unsigned int stride,
		 unsigned int count);

int arg_wrong(struct arg_error *err, const char *word, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

int fail_word(const char *word, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int fail_arg(const struct arg_error *err);
int fail_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int fail_missing(const char *keyword, const char *expects);
int fail_twice(const char *keyword);

#endif /* COMMON_ARGS_H */
