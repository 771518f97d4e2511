/* SPDX-License-Identifier: GPL-2.0 */
/* A process of vne-fetch. */
#ifndef VNECTL_FETCH_CHILD_H
#define VNECTL_FETCH_CHILD_H

#include "fetch/message.h"

/**
 * struct child - a process that answers one question
 * @process: descriptor of the process
 * @output: where its answer comes from
 */
struct child {
	int process;
	int output;
};

/**
 * struct child_input - what a process is given; -1 for nothing
 * @request: the question, a file that is nowhere
 * @files: that are named in it, copies
 */
struct child_input {
	int request;
	int files[FETCH_FILES];
};

int child_input_open(struct child_input *input,
		     const struct fetch_request *request, char *why);
void child_input_close(struct child_input *input);
int child_start(struct child *child, const struct child_input *input,
		char *why);
void child_stop(struct child *child);

#endif /* VNECTL_FETCH_CHILD_H */
