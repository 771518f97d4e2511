/* SPDX-License-Identifier: GPL-2.0 */
/* vnectl: what the provider's network needs, set up and watched. */
#ifndef VNECTL_CLI_VERBS_H
#define VNECTL_CLI_VERBS_H

#include <stdbool.h>

#include "args.h"
#include "out.h"
#include "util.h"
#include "verb.h"

/**
 * struct options - what the options before the object say
 * @stats: -s, counters too
 * @timestamp: -t, when an event came
 */
struct options {
	bool stats;
	bool timestamp;
};

extern struct options options;

int do_check(struct args *args);
int do_dhcpv6_hook(struct args *args);
int do_doctor(struct args *args);
int do_down(struct args *args);
int do_erase_cache(struct args *args);
int do_ipsec(struct args *args);
int do_monitor(struct args *args);
int do_provider(struct args *args);
int do_reload(struct args *args);
int do_renew(struct args *args);
int do_run(struct args *args);
int do_show(struct args *args);
int do_status(struct args *args);
int do_up(struct args *args);

int do_ipsec_add(struct args *args);
int do_ipsec_del(struct args *args);
int do_ipsec_down(struct args *args);
int do_ipsec_listen(struct args *args);
int do_ipsec_monitor(struct args *args);
int do_ipsec_set(struct args *args);
int do_ipsec_show(struct args *args);
int do_ipsec_status(struct args *args);
int do_ipsec_up(struct args *args);

#endif /* VNECTL_CLI_VERBS_H */
