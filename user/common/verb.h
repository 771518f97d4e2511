/* SPDX-License-Identifier: GPL-2.0 */
/* Commands by name. */
#ifndef COMMON_VERB_H
#define COMMON_VERB_H

#include "args.h"

/**
 * struct verb - one command
 * @name: its name
 * @run: what it does; returns an exit code
 */
struct verb {
	const char *name;
	int (*run)(struct args *args);
};

int show_help(void (*usage)(void));
int fail_help(void (*usage)(void));
int run_verb(struct args *args, const struct verb *verbs, unsigned int count,
	     const char *what, void (*usage)(void));

#endif /* COMMON_VERB_H */
