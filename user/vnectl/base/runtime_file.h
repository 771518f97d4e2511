/* SPDX-License-Identifier: GPL-2.0 */
/* Files of a network namespace that do not outlive the machine. */
#ifndef VNECTL_BASE_RUNTIME_FILE_H
#define VNECTL_BASE_RUNTIME_FILE_H

#include <stddef.h>

/* The daemon's socket, lock and files. */
#define RUN_DIR	RUNDIR "/vne"

int run_file_path(const char *suffix, char *path, size_t size);
int run_file_write(const char *suffix, const char *text);

#endif /* VNECTL_BASE_RUNTIME_FILE_H */
