// SPDX-License-Identifier: GPL-2.0
#include <ev.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "wan/wan.h"
#include "wan/dhcpv6_lease.h"
#include "wan/wan_rtnl.h"

/* Events come in bursts: an announcement makes addresses and routes. */
#define GATHER	0.05

/* A timer does not go on while the machine sleeps, and lifetimes do. */
#define SLEEP_MAX	3600

/* The clocks of the kernel and of this are not the same to the millisecond. */
#define END_SLACK	0.02

/**
 * struct line_private - what is known of a line besides the facts
 * @wan: what the kernel says
 * @announced: prefixes that routers announced, or took back, as they said it
 * @told: what the DHCPv6 client has told, without the offer
 * @picked: the prefix in use, and its lifetimes
 * @address: the address in use, and its lifetimes
 * @dirty: something may be different
 * @hooked: @told may be different
 * @ends: when a lifetime ends
 */
struct line_private {
	struct wan wan;
	struct prefixes announced;
	struct told told;
	struct prefix picked;
	struct prefix address;
	bool dirty;
	bool hooked;
	ev_timer ends;
};

static struct {
	struct line *first;
	ev_io io;
	ev_timer gather;
} lines;

static void gather(struct line *line)
{
	line->private->dirty = true;
	if (!ev_is_active(&lines.gather)) {
		ev_timer_set(&lines.gather, GATHER, 0);
		ev_timer_start(EV_DEFAULT_UC, &lines.gather);
	}
}

/* The kernel keeps an address for two hours whose prefix was taken back, as it
 * cannot know who did that (RFC 4862, section 5.5.3). Nobody announces it any
 * more, though.
 */
static void merge_announced(const struct line_private *private,
			    struct prefixes *to, double now)
{
	const struct prefixes *announced = &private->announced;
	const struct prefix *prefix = announced->prefix;

	for (; prefix < announced->prefix + announced->count; prefix++) {
		if (prefix->valid <= now)
			prefixes_del(to, &prefix->ipv6, prefix->len);
		else if (private->wan.up)
			prefixes_add(to, prefix);
	}
}

static void note_announced(struct prefixes *announced,
			   const struct prefix *prefix)
{
	const struct prefix *oldest = &announced->prefix[0];

	if (announced->count == PREFIXES_MAX &&
	    !prefixes_find(announced, &prefix->ipv6, prefix->len))
		prefixes_del(announced, &oldest->ipv6, oldest->len);
	prefixes_add(announced, prefix);
}

static bool take(struct line_facts *facts, struct line_private *private,
		 enum line_prefix_from from, const struct prefixes *prefixes,
		 double now)
{
	const struct prefix *picked = prefixes_pick(prefixes, &private->picked,
						    now);

	if (!picked)
		return false;
	private->picked = *picked;
	facts->from = from;
	facts->prefix = picked->ipv6;
	facts->prefix_len = picked->len;
	return true;
}

/* A lease is that of a device: after it was created anew, there is none yet. */
static bool is_told(const struct line_private *private)
{
	return private->wan.index && private->told.index == private->wan.index;
}

static void find_prefix(struct line *line, struct line_facts *facts,
			double now)
{
	struct line_private *private = line->private;
	const struct vne *vne = line->vne;
	struct prefixes announced = private->wan.prefixes;

	if (vne->prefix.family == AF_INET6) {
		facts->from = LINE_PREFIX_STATIC;
		facts->prefix = vne->prefix.ipv6;
		facts->prefix_len = vne->prefix.len;
		return;
	}
	if (vne->prefix_from != VNE_PREFIX_RA && is_told(private) &&
	    take(facts, private, LINE_PREFIX_PD, &private->told.prefixes, now))
		return;
	merge_announced(private, &announced, now);
	if (vne->prefix_from != VNE_PREFIX_PD &&
	    take(facts, private, LINE_PREFIX_RA, &announced, now))
		return;
	memset(&private->picked, 0, sizeof(private->picked));
}

static void find_address(struct line_facts *facts,
			 struct line_private *private, double now)
{
	const struct prefix *address;

	address = prefixes_pick(&private->wan.addresses, &private->address,
				now);
	if (!address)
		return;
	private->address = *address;
	facts->has_address = true;
	facts->address = address->ipv6;
}

/* Rules end with the prefix that they came with (RFC 7598, section 3); some come
 * alone, to a host that asks for information only.
 */
static bool is_offered(const struct line *line, double now)
{
	const struct line_private *private = line->private;
	const struct prefixes *prefixes = &private->told.prefixes;

	return is_told(private) &&
		(line->offer.count || line->offer.skipped_count) &&
		(!prefixes->count || prefixes_pick(prefixes, NULL, now));
}

static void find_facts(struct line *line, struct line_facts *facts, double now)
{
	struct line_private *private = line->private;

	memset(facts, 0, sizeof(*facts));
	facts->index = private->wan.index;
	facts->up = private->wan.up;
	facts->mtu = private->wan.mtu;
	facts->router = private->wan.router;
	facts->has_offer = is_offered(line, now);
	find_address(facts, private, now);
	find_prefix(line, facts, now);
}

static bool facts_equal(const struct line_facts *one,
			const struct line_facts *two)
{
	return one->index == two->index && one->up == two->up &&
		one->mtu == two->mtu && one->router == two->router &&
		one->has_address == two->has_address &&
		IN6_ARE_ADDR_EQUAL(&one->address, &two->address) &&
		one->from == two->from &&
		IN6_ARE_ADDR_EQUAL(&one->prefix, &two->prefix) &&
		one->prefix_len == two->prefix_len &&
		one->has_offer == two->has_offer;
}

static bool offers_equal(const struct offer *one, const struct offer *two)
{
	unsigned int i;

	if (one->count != two->count ||
	    one->skipped_count != two->skipped_count)
		return false;
	for (i = 0; i < one->count; i++)
		if (!lease_equal(&one->leases[i], &two->leases[i]))
			return false;
	for (i = 0; i < one->skipped_count; i++)
		if (strcmp(one->skipped[i].part, two->skipped[i].part) ||
		    strcmp(one->skipped[i].why.text, two->skipped[i].why.text))
			return false;
	return true;
}

static void watch_ends(struct line_private *private, double now)
{
	double next = fmin(prefixes_next(&private->told.prefixes, now),
			   prefixes_next(&private->announced, now));

	next = fmin(next, prefixes_next(&private->wan.prefixes, now));
	next = fmin(next - now + END_SLACK, SLEEP_MAX);
	ev_timer_stop(EV_DEFAULT_UC, &private->ends);
	ev_timer_set(&private->ends, next, 0);
	ev_timer_start(EV_DEFAULT_UC, &private->ends);
}

static void read_kernel(struct line *line, double now)
{
	struct line_private *private = line->private;
	int index = private->wan.index;
	struct wan wan;

	if (wan_read(line->device, now, &wan)) {
		fprintf(stderr, "%s: the kernel does not tell of the device\n",
			line->device);
		return;
	}
	private->wan = wan;
	/* What was announced is forgotten with what the kernel made of it. */
	if (wan.index != index ||
	    (!wan.up && !wan.prefixes.count && !wan.addresses.count))
		private->announced.count = 0;
}

/* Return: whether there is another offer now. */
static bool read_told(struct line *line)
{
	struct line_private *private = line->private;
	struct reason why;
	bool same;

	private->hooked = false;
	if (told_load(line->device, &private->told, &why))
		fprintf(stderr, "%s: what the DHCPv6 hook has left is wrong: %s\n",
			line->device, why.text);
	same = offers_equal(&private->told.offer, &line->offer);
	offer_free(&line->offer);
	line->offer = private->told.offer;
	offer_init(&private->told.offer);
	return !same;
}

/* Return: whether something is different. */
static bool look(struct line *line)
{
	double now = clock_now();
	struct line_facts facts;
	bool other;

	line->private->dirty = false;
	read_kernel(line, now);
	other = line->private->hooked && read_told(line);
	find_facts(line, &facts, now);
	watch_ends(line->private, now);
	other = (other && facts.has_offer) ||
		!facts_equal(&facts, &line->facts);
	line->facts = facts;
	return other;
}

/* A line may be stopped by what it calls: each begins from the start. */
static void on_gather(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct line *line;

	(void)loop;
	(void)w;
	(void)revents;
	for (line = lines.first; line;) {
		if (!line->private->dirty) {
			line = line->next;
			continue;
		}
		if (look(line))
			line->changed(line, line->arg);
		line = lines.first;
	}
}

static void on_end(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop;
	(void)revents;
	gather(w->data);
}

static bool concerns(const struct wan_event *event, const struct line *line)
{
	return !event->index || event->index == line->private->wan.index ||
		!strcmp(event->name, line->device);
}

static void on_event(const struct wan_event *event)
{
	struct line *line;

	for (line = lines.first; line; line = line->next) {
		if (!concerns(event, line))
			continue;
		if (event->is_prefix)
			note_announced(&line->private->announced,
				       &event->prefix);
		gather(line);
	}
}

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop;
	(void)w;
	(void)revents;
	wan_receive();
}

static int watch(struct reason *why)
{
	if (wan_open(on_event))
		return reason_set(why, REASON_NO_MEMORY,
				  "there is no rtnetlink");
	ev_io_init(&lines.io, on_readable, wan_fd(), EV_READ);
	ev_io_start(EV_DEFAULT_UC, &lines.io);
	ev_init(&lines.gather, on_gather);
	return 0;
}

static void unwatch(void)
{
	ev_timer_stop(EV_DEFAULT_UC, &lines.gather);
	ev_io_stop(EV_DEFAULT_UC, &lines.io);
	wan_close();
}

/**
 * line_start - watch a WAN
 * @line: the line
 * @vne: its settings, which stay where they are
 * @changed: called when something is different from what it is when this returns
 * @arg: for @changed
 * @why: set when it cannot be watched; that there is no such device is no
 *	reason
 *
 * Return: 0, or -1.
 */
int line_start(struct line *line, const struct vne *vne, line_changed changed,
	       void *arg, struct reason *why)
{
	memset(line, 0, sizeof(*line));
	line->private = calloc(1, sizeof(*line->private));
	if (!line->private)
		return reason_set(why, REASON_NO_MEMORY,
				  "there is no memory for the line");
	if (!lines.first && watch(why)) {
		free(line->private);
		line->private = NULL;
		return -1;
	}
	snprintf(line->device, sizeof(line->device), "%s", vne->interface);
	line->vne = vne;
	line->changed = changed;
	line->arg = arg;
	line->private->hooked = true;
	ev_init(&line->private->ends, on_end);
	line->private->ends.data = line;
	line->next = lines.first;
	lines.first = line;
	look(line);
	return 0;
}

/**
 * line_stop - watch it no more
 * @line: the line, which may have been started or not
 */
void line_stop(struct line *line)
{
	struct line **at = &lines.first;

	if (!line->private)
		return;
	while (*at != line)
		at = &(*at)->next;
	*at = line->next;
	ev_timer_stop(EV_DEFAULT_UC, &line->private->ends);
	offer_free(&line->offer);
	free(line->private);
	line->private = NULL;
	if (!lines.first)
		unwatch();
}

/**
 * line_hooked - a DHCPv6 client has told something new
 * @device: of what device
 */
void line_hooked(const char *device)
{
	struct line *line;

	for (line = lines.first; line; line = line->next) {
		if (strcmp(line->device, device))
			continue;
		line->private->hooked = true;
		gather(line);
	}
}

/**
 * line_prefix_from_name - the word for where a prefix is from
 * @from: enum line_prefix_from
 *
 * Return: the word, that of OpenSync where it has one.
 */
const char *line_prefix_from_name(enum line_prefix_from from)
{
	static const char *const names[] = {
		[LINE_PREFIX_NONE] = "none",
		[LINE_PREFIX_STATIC] = "static",
		[LINE_PREFIX_PD] = "dhcpv6-pd",
		[LINE_PREFIX_RA] = "ra",
	};

	return names[from];
}
