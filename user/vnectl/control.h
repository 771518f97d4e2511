/* SPDX-License-Identifier: GPL-2.0 */
/* The control socket: one daemon for a network namespace. A request and its
 * answer are a line of JSON each.
 */
#ifndef VNECTL_CONTROL_H
#define VNECTL_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

#define CONTROL_DIR	RUNDIR "/vne"
#define CONTROL_MAX	1048576

/* Of the client. */
struct args;
int control_named(struct args *args, const char *command, json_t **request);
bool control_is_there(void);
json_t *control_ask(json_t *request);
int control_do(json_t *request);
void control_tell(json_t *request);

/* Of both. */
int control_path(const char *suffix, char *path, size_t size);

/* Of the daemon. Answers a request: an object. */
typedef json_t *(*control_handler)(json_t *request);

int control_start(control_handler handler);
void control_stop(void);

#endif /* VNECTL_CONTROL_H */
