/* SPDX-License-Identifier: GPL-2.0 */
/* A child process, whose output is wanted, and not for ever. */
#ifndef VNECTL_BASE_SUBPROCESS_H
#define VNECTL_BASE_SUBPROCESS_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_MAX 16384

struct process;

/* @status is that of waitpid(), or -1 where it could not be run. */
typedef void (*process_done)(struct process *process, int status, void *arg);

/**
 * struct process - a child process; nothing runs while @pid is 0
 * @child: says when it ends
 * @pipe: its output
 * @timer: when it is killed
 * @pid: its process group
 * @errors_too: its standard error is kept, too, set before the start
 * @output: what it wrote to standard output, a string
 * @len: length of it
 * @done: called when it has ended
 * @arg: for @done
 */
struct process {
	ev_child child;
	ev_io pipe;
	ev_timer timer;
	int pid;
	bool errors_too;
	char output[OUTPUT_MAX + 1];
	size_t len;
	process_done done;
	void *arg;
};

int process_start(struct process *process, char *const *argv,
		  const char *const *env, double limit, process_done done,
		  void *arg);
const char *process_last_line(struct process *process);
void process_stop(struct process *process);

#endif /* VNECTL_BASE_SUBPROCESS_H */
