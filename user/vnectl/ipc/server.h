/* SPDX-License-Identifier: GPL-2.0 */
/* The control socket: one daemon for a network namespace. A request and its
 * answer are a line of JSON each. Who asks to "follow" gets more lines, one for
 * each thing that is pushed, until either side ends.
 */
#ifndef VNECTL_IPC_SERVER_H
#define VNECTL_IPC_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

/* What the daemon may say at once; some thousand rules have some megabytes. */
#define CONTROL_MAX	(1024u * 1024 * 1024)

/* Of the client. */
struct args;
int control_named(struct args *args, const char *command, json_t **request);
bool control_is_there(void);
json_t *control_ask(json_t *request);
int control_follow(json_t *request, void (*heard)(json_t *message));
int control_do(json_t *request);
void control_tell(json_t *request);

/* Of the daemon. Answers a request: an object. */
typedef json_t *(*control_handler)(json_t *request);

int control_start(control_handler handler);
void control_push(json_t *message);
void control_stop(void);

#endif /* VNECTL_IPC_SERVER_H */
