/* SPDX-License-Identifier: GPL-2.0 */
/* What DHCPv6 clients say in the environment of their hooks. */
#ifndef VNECTL_WAN_DHCPV6_ENV_H
#define VNECTL_WAN_DHCPV6_ENV_H

#include "args.h"
#include "format/dhcpv6_options.h"
#include "wan/dhcpv6_lease.h"

/**
 * enum hook_step - what a hook is called for
 * @HOOK_IGNORE: nothing of interest here
 * @HOOK_SET: there is a lease, or it goes on
 * @HOOK_DEPRECATE: a prefix should not be used any more
 * @HOOK_DROP: there is none any more
 */
enum hook_step {
	HOOK_IGNORE,
	HOOK_SET,
	HOOK_DEPRECATE,
	HOOK_DROP,
};

/**
 * struct hook - a call of a hook
 * @client: whose hook it is
 * @device: name of the device
 * @step: enum hook_step
 */
struct hook {
	enum dhcpv6_client client;
	const char *device;
	enum hook_step step;
};

int hook_client(const char *word, enum dhcpv6_client *client);
int hook_find(struct hook *hook, const char *client, const char *device,
	      const char *reason, struct arg_error *err);
void hook_tell(const struct hook *hook, struct told *told, double now);

#endif /* VNECTL_WAN_DHCPV6_ENV_H */
