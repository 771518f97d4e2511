/* SPDX-License-Identifier: GPL-2.0 */
/* Tells the provider the IPv6 address of the CE (update-url), by a request that
 * comes from it.
 */
#ifndef VNECTL_PROVISION_DDNS_H
#define VNECTL_PROVISION_DDNS_H

#include <ev.h>
#include <jansson.h>

#include "base/retry.h"
#include "fetch/fetcher.h"
#include "format/ddns_service.h"
#include "config/line_options.h"

enum tell_step {
	TELL_OFF,		/* nobody wants to know */
	TELL_ASK,		/* a request is on its way */
	TELL_GOOD,		/* the provider knows */
	TELL_RETRY,		/* tries again at @next */
};

struct tell;

typedef void (*tell_changed)(struct tell *tell, void *arg);

/**
 * struct tell - telling the provider
 * @vne: settings
 * @address: of the tunnel, the source of the request
 * @host: the name to keep current; of the rule server (ocn), or empty for that
 *	of the settings
 * @step: enum tell_step
 * @since: when it got there
 * @next: when it tries next, 0 for never
 * @code: status of the last answer, 0 for none
 * @tries: failures in turn
 * @why: of the last failure; code 0 for none
 * @timer: to the next try
 * @fetch: the request
 * @changed: called from the event loop when the step is another one
 * @arg: for @changed
 */
struct tell {
	const struct vne *vne;
	struct in6_addr address;
	char host[HOST_NAME_LEN + 1];
	enum tell_step step;
	double since;
	double next;
	int code;
	unsigned int tries;
	struct reason why;
	ev_timer timer;
	struct fetch fetch;
	tell_changed changed;
	void *arg;
};

void tell_init(struct tell *tell, const struct vne *vne, tell_changed changed,
	       void *arg);
void tell_start(struct tell *tell, const struct in6_addr *address,
		const char *host);
void tell_stop(struct tell *tell);
void tell_again(struct tell *tell);
json_t *tell_json(const struct tell *tell);

#endif /* VNECTL_PROVISION_DDNS_H */
