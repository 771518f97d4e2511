/* SPDX-License-Identifier: GPL-2.0 */
/* The transports of the daemon, and what can be asked of it. */
#ifndef VNECTL_DAEMON_DISPATCH_H
#define VNECTL_DAEMON_DISPATCH_H

#include "config/file.h"
#include "ipsec/transport.h"

int daemon_load(const char *file, char **errors);
void daemon_end(void);
int daemon_events(void);
json_t *daemon_answer(json_t *request);

#endif /* VNECTL_DAEMON_DISPATCH_H */
