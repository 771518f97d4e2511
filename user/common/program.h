/* SPDX-License-Identifier: GPL-2.0 */
/* A program of ours: what stands before its first command, and its end. */
#ifndef COMMON_PROGRAM_H
#define COMMON_PROGRAM_H

#include <stdbool.h>

#include "args.h"

/**
 * struct flag - an option without a value
 * @name: without dashes
 * @on: set when it is there
 */
struct flag {
	const char *name;
	bool *on;
};

/* What handling an option comes to, besides an exit code. */
enum {
	NEXT_OPTION = -1,
	NOT_MINE = -2,
};

/**
 * struct program - what differs between programs
 * @name: its name
 * @usage: prints its help text
 * @flags: its options without a value
 * @count: how many
 * @other: takes options of its own; returns NOT_MINE, NEXT_OPTION, or the exit
 *	code of an option that ends the program. NULL for none
 */
struct program {
	const char *name;
	void (*usage)(void);
	const struct flag *flags;
	unsigned int count;
	int (*other)(const char *option, struct args *args);
};

int program_options(const struct program *program, struct args *args);
int program_end(int ret);

#endif /* COMMON_PROGRAM_H */
