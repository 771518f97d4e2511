/* SPDX-License-Identifier: GPL-2.0 */
/* A line at work: the WAN, the source of its rules, what follows from them on
 * this machine, and the provider who is told.
 */
#ifndef VNECTL_LINE_LINE_H
#define VNECTL_LINE_LINE_H

#include <ev.h>
#include <jansson.h>

#include "dataplane/apply.h"
#include "base/retry.h"
#include "line/remote.h"
#include "wan/wan.h"
#include "provision/core/provisioner.h"
#include "provision/ddns.h"
#include "config/line_options.h"

enum uplink_state {
	LINE_DOWN,		/* by command */
	LINE_NO_LINK,		/* waits for the WAN to come up */
	LINE_NO_PREFIX,		/* waits for an end-user prefix or an address */
	LINE_PROVISIONING,	/* waits for the source */
	LINE_RESOLVING,		/* looks for the address of the other end */
	LINE_FAILED,		/* could not be set up; tries again */
	LINE_UP,
};

/**
 * struct uplink - a line at work
 * @next: in the list of all
 * @vne: what the user wants
 * @from_file: it is of the configuration file
 * @state: enum uplink_state
 * @since: when it got there (clock_now())
 * @lost_at: since when there is no link (clock_now()), 0 where there is one
 * @route_held: there is no default route meanwhile
 * @why: what is wrong; code 0 for nothing
 * @line: the WAN
 * @watched: @line is watched
 * @source: of the rules
 * @lease: number of the one in use, among those that the source offers
 * @fars: the far ends that have names
 * @applied: something of it is on the machine
 * @plan: what is on the machine, where it is up
 * @timer: to the next attempt
 * @next_at: when that is, 0 for never
 * @backoff: failures in turn
 * @later: what has changed is looked at once, when all is said
 * @tell: the provider
 */
struct uplink {
	struct uplink *next;
	struct vne vne;
	bool from_file;
	enum uplink_state state;
	double since;
	double lost_at;
	bool route_held;
	struct reason why;
	struct line line;
	bool watched;
	struct source *source;
	unsigned int lease;
	struct fars fars;
	bool applied;
	struct plan plan;
	ev_timer timer;
	double next_at;
	struct backoff backoff;
	ev_timer later;
	struct tell tell;
};

struct uplink *uplink_new(const struct vne *vne);
void uplink_free(struct uplink *uplink);
void uplink_up(struct uplink *uplink);
int uplink_down(struct uplink *uplink, struct reason *why);
void uplink_renew(struct uplink *uplink);
void uplink_erase(struct uplink *uplink);
json_t *uplink_json(const struct uplink *uplink);
const char *uplink_state_name(enum uplink_state state);

#endif /* VNECTL_LINE_LINE_H */
