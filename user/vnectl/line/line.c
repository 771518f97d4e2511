// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ipc/event_log.h"
#include "parse.h"
#include "line/line.h"
#include "provision/provisioners.h"

/* Changes of one moment are looked at together, and never from within what
 * tells of them.
 */
#define SOON		0.02
/* Attempts to set it up, after the kernel refused. */
#define RETRY_MIN	5
#define RETRY_MAX	300
/* How often it is seen to that all is still in its place: others may take away
 * addresses and routes, and a WAN that was down has lost them.
 */
#define LOOK_AFTER	60

/* A link that flaps takes nothing away; one that stays away so long does not keep
 * the default route, so that another line or another way can be used.
 */
#define HOLD_DOWN	10

static const char *const state_names[] = {
	[LINE_DOWN] = "down",
	[LINE_NO_LINK] = "no-link",
	[LINE_NO_PREFIX] = "no-prefix",
	[LINE_PROVISIONING] = "provisioning",
	[LINE_RESOLVING] = "resolving",
	[LINE_FAILED] = "failed",
	[LINE_UP] = "up",
};

/**
 * uplink_state_name - the word for a state
 * @state: the state
 *
 * Return: the word.
 */
const char *uplink_state_name(enum uplink_state state)
{
	return state_names[state];
}

static void set_state(struct uplink *uplink, enum uplink_state state,
		      const struct reason *why)
{
	static const struct reason none;

	if (!why)
		why = &none;
	if (state == uplink->state && !strcmp(why->text, uplink->why.text))
		return;
	if (state != uplink->state)
		uplink->since = clock_now();
	uplink->state = state;
	uplink->why = *why;
	if (why->code)
		event(uplink->vne.name, "%s: %s: %s", state_names[state],
		      reason_name(why->code), why->text);
	else
		event(uplink->vne.name, "%s", state_names[state]);
}

static void look_again(struct uplink *uplink, double wait)
{
	uplink->next_at = 0;
	ev_timer_stop(EV_DEFAULT_UC, &uplink->timer);
	if (!wait)
		return;
	ev_timer_set(&uplink->timer, wait, 0);
	ev_timer_start(EV_DEFAULT_UC, &uplink->timer);
}

/* An attempt, which a person may want to know of. */
static void try_again(struct uplink *uplink, double wait)
{
	look_again(uplink, wait);
	uplink->next_at = clock_now() + wait;
}

/* What was on the machine is not right any more. */
static void withdraw(struct uplink *uplink)
{
	struct reason why;

	tell_stop(&uplink->tell);
	if (uplink->applied && apply_undo(uplink->vne.name, &why))
		event(uplink->vne.name, "could not be undone: %s", why.text);
	uplink->applied = false;
}

/* What others want to know when it changes. */
static void tell_addresses(const struct uplink *uplink,
			   const struct plan *plan)
{
	char ipv4[PREFIX_STRLEN] = "no IPv4 address", ipv6[PREFIX_STRLEN];
	const struct plan *old = &uplink->plan;

	if (uplink->state == LINE_UP && plan->ipv4 == old->ipv4 &&
	    !memcmp(&plan->ce, &old->ce, sizeof(plan->ce)))
		return;
	if (plan->ipv4_len)
		format_ipv4(plan->ipv4, ipv4);
	event(uplink->vne.name, "%s, from %s",
	      ipv4, format_ipv6(&plan->ce, ipv6));
}

static void set_up(struct uplink *uplink, struct plan *plan)
{
	struct reason why;

	uplink->applied = true;
	if (apply(plan, &why)) {
		try_again(uplink, backoff_next(&uplink->backoff, drand48()));
		set_state(uplink, LINE_FAILED, &why);
		plan_free(plan);
		return;
	}
	tell_addresses(uplink, plan);
	plan_free(&uplink->plan);
	uplink->plan = *plan;
	uplink->backoff.failures = 0;
	look_again(uplink, LOOK_AFTER);
	set_state(uplink, LINE_UP, NULL);
	tell_start(&uplink->tell, &plan->ce, uplink->source->host);
}

/* With neither an answer nor a failure yet, what a daemon before has set up may
 * still be right.
 */
static bool source_is_open(const struct source *source)
{
	return !source->why.code && source->step != SOURCE_GOOD;
}

static void without_offer(struct uplink *uplink)
{
	const struct source *source = uplink->source;

	if (!source_is_open(source))
		withdraw(uplink);
	set_state(uplink, LINE_PROVISIONING, source->why.code ? &source->why : NULL);
}

/* DS-Lite's own end is the WAN's address, all others need a prefix. */
static bool has_ends(const struct uplink *uplink, struct reason *why)
{
	const struct line_facts *facts = &uplink->line.facts;

	if (facts->prefix_len ||
	    (vne_mode(&uplink->vne) == VNE_DS_LITE && facts->has_address))
		return true;
	reason_set(why, REASON_MISSING_ADDRESS,
		   "%s has no IPv6 %s yet: neither router advertisement nor DHCPv6 has brought one",
		   uplink->vne.interface,
		   vne_mode(&uplink->vne) == VNE_DS_LITE ? "address" :
		   "prefix");
	return false;
}

/* The first that can be used, of those that the source prefers in turn; one
 * whose far end is still looked for is waited for. Returns 0; or -1, and no code
 * in @why where it is to be waited for.
 */
static int choose(struct uplink *uplink, struct plan *plan, struct reason *why)
{
	const struct offer *offer = &uplink->source->offer;
	struct reason first = { REASON_NONE, "" };
	struct in6_addr br;
	unsigned int i;

	for (i = 0; i < offer->count; i++) {
		const struct lease *lease = &offer->leases[i];
		enum far_state far = FAR_GOOD;

		if (endpoint_is_set(&lease->br))
			far = far_find(&uplink->fars, &lease->br, &br, why);
		if (far == FAR_ASKING) {
			why->code = REASON_NONE;
			return -1;
		}
		uplink->lease = i;
		if (far == FAR_GOOD &&
		    !plan_make(plan, &uplink->vne, &uplink->line.facts, lease,
			       &br, why))
			return 0;
		if (!first.code)
			first = *why;
	}
	*why = first;
	return -1;
}

/* All but the default route stays, and set_up() puts that back. */
static void without_link(struct uplink *uplink)
{
	double left;

	if (!uplink->applied || uplink->route_held)
		return;
	if (!uplink->lost_at)
		uplink->lost_at = clock_now();
	left = uplink->lost_at + HOLD_DOWN - clock_now();
	if (left > 0) {
		look_again(uplink, left);
		return;
	}
	uplink->route_held = true;
	if (apply_hold(uplink->vne.name))
		event(uplink->vne.name,
		      "no link for %d s: the default route is taken away",
		      HOLD_DOWN);
}

static void on_line(struct line *line, void *arg);
static void on_source(struct source *source, void *arg);

static int begin(struct uplink *uplink, struct reason *why)
{
	if (!uplink->source)
		uplink->source = source_new(source_ops_of(&uplink->vne),
					    &uplink->vne, on_source, uplink);
	if (!uplink->source)
		return reason_set(why, REASON_NO_MEMORY, "there is no memory");
	if (line_start(&uplink->line, &uplink->vne, on_line, uplink, why))
		return -1;
	uplink->watched = true;
	source_line(uplink->source, &uplink->line);
	return 0;
}

/* The kernel may have no room for one more socket now, and have it later. */
static bool begins(struct uplink *uplink)
{
	struct reason why;

	if (uplink->watched)
		return true;
	if (!begin(uplink, &why))
		return true;
	try_again(uplink, backoff_next(&uplink->backoff, drand48()));
	set_state(uplink, LINE_FAILED, &why);
	return false;
}

static void think(struct uplink *uplink)
{
	struct reason why = { REASON_NONE, "" };
	struct plan plan;

	if (uplink->state == LINE_DOWN)
		return;
	look_again(uplink, 0);
	if (!begins(uplink))
		return;
	if (!uplink->line.facts.up) {
		reason_set(&why, REASON_NO_WAN_LINK, "%s %s",
			   uplink->vne.interface, uplink->line.facts.index ?
			   "is down or has no carrier" : "does not exist");
		set_state(uplink, LINE_NO_LINK, &why);
		without_link(uplink);
		return;
	}
	uplink->lost_at = 0;
	uplink->route_held = false;
	if (!has_ends(uplink, &why)) {
		withdraw(uplink);
		set_state(uplink, LINE_NO_PREFIX, &why);
		return;
	}
	if (!uplink->source->offer.count) {
		without_offer(uplink);
		return;
	}
	if (!choose(uplink, &plan, &why)) {
		set_up(uplink, &plan);
		return;
	}
	if (why.code)
		withdraw(uplink);
	set_state(uplink, why.code ? LINE_FAILED : LINE_RESOLVING,
		  why.code ? &why : NULL);
}

static void on_later(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	think(w->data);
}

static void later(void *arg)
{
	struct uplink *uplink = arg;

	if (ev_is_active(&uplink->later))
		return;
	ev_timer_set(&uplink->later, SOON, 0);
	ev_timer_start(EV_DEFAULT_UC, &uplink->later);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	think(w->data);
}

static void on_line(struct line *line, void *arg)
{
	struct uplink *uplink = arg;

	source_line(uplink->source, line);
	later(uplink);
}

static void on_source(struct source *source, void *arg)
{
	(void)source;
	later(arg);
}

static void on_tell(struct tell *tell, void *arg)
{
	struct uplink *uplink = arg;

	if (tell->step == TELL_GOOD)
		event(uplink->vne.name, "the provider knows the address");
	else if (tell->step == TELL_RETRY)
		event(uplink->vne.name, "the provider was not told: %s",
		      tell->why.text);
}

/**
 * uplink_new - make a line; nothing begins yet
 * @vne: the settings, which are copied
 *
 * Return: the line, or NULL without memory.
 */
struct uplink *uplink_new(const struct vne *vne)
{
	struct uplink *uplink = calloc(1, sizeof(*uplink));

	if (!uplink)
		return NULL;
	if (keys_copy(&vne_table, &uplink->vne, vne)) {
		free(uplink);
		return NULL;
	}
	uplink->backoff.min = RETRY_MIN;
	uplink->backoff.max = RETRY_MAX;
	uplink->since = clock_now();
	ev_timer_init(&uplink->timer, on_timer, 0, 0);
	ev_timer_init(&uplink->later, on_later, 0, 0);
	uplink->timer.data = uplink;
	uplink->later.data = uplink;
	uplink->fars.vne = &uplink->vne;
	uplink->fars.changed = later;
	uplink->fars.arg = uplink;
	tell_init(&uplink->tell, &uplink->vne, on_tell, uplink);
	return uplink;
}

/**
 * uplink_up - begin
 * @uplink: the line; nothing changes where it has begun
 */
void uplink_up(struct uplink *uplink)
{
	if (uplink->watched)
		return;
	set_state(uplink, LINE_NO_LINK, NULL);
	/* Of a daemon before this one. */
	uplink->applied = apply_is_there(uplink->vne.name);
	if (begins(uplink))
		later(uplink);
}

static void stop(struct uplink *uplink, enum source_end end)
{
	ev_timer_stop(EV_DEFAULT_UC, &uplink->later);
	look_again(uplink, 0);
	far_forget(&uplink->fars);
	tell_stop(&uplink->tell);
	if (uplink->source)
		source_end(uplink->source, end);
	source_free(uplink->source);
	uplink->source = NULL;
	if (uplink->watched)
		line_stop(&uplink->line);
	uplink->watched = false;
}

/**
 * uplink_down - end, and take away all that was set up
 * @uplink: the line
 * @why: set when something could not be taken away
 *
 * Return: 0, or -1.
 */
int uplink_down(struct uplink *uplink, struct reason *why)
{
	int ret;

	stop(uplink, SOURCE_END_MANUAL);
	ret = apply_undo(uplink->vne.name, why);
	uplink->applied = false;
	set_state(uplink, LINE_DOWN, NULL);
	return ret;
}

/**
 * uplink_free - end, leave the machine as it is, and forget the line
 * @uplink: the line
 *
 * The next daemon finds all in its place, and connections live on.
 */
void uplink_free(struct uplink *uplink)
{
	stop(uplink, SOURCE_END_QUIET);
	plan_free(&uplink->plan);
	keys_free(&vne_table, &uplink->vne);
	free(uplink);
}

/**
 * uplink_renew - ask the source now, and tell the provider again
 * @uplink: the line
 */
void uplink_renew(struct uplink *uplink)
{
	if (!uplink->watched)
		return;
	far_renew(&uplink->fars);
	source_renew(uplink->source);
	tell_again(&uplink->tell);
	later(uplink);
}

/**
 * uplink_erase - forget what the source has saved
 * @uplink: the line
 */
void uplink_erase(struct uplink *uplink)
{
	if (uplink->source)
		source_erase(uplink->source);
	else
		state_erase(uplink->vne.name);
}
