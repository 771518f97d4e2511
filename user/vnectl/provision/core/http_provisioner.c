// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "provision/core/http_provisioner.h"
#include "clock.h"

/* A link that goes up and down must not make the server suffer: it has so many
 * requests at once for free, and then one a minute.
 */
#define CREDIT_MAX	3
#define CREDIT_EVERY	60

/* Duplicate address detection takes a second or two; a WAN that has but a
 * delegated prefix never gets an address, and some other one is used.
 */
#define ADDRESS_WAIT	5

/**
 * asker_init - begin
 * @asker: the source, with all zeroes
 */
void asker_init(struct asker *asker)
{
	asker->credit = CREDIT_MAX;
	asker->credited = clock_now();
}

/**
 * asker_stop - ask no more
 * @asker: the source, in which nothing need be asked
 */
void asker_stop(struct asker *asker)
{
	fetch_cancel(&asker->fetch);
}

static bool is_there(const struct asker *asker)
{
	const struct line_facts *facts = &asker->source.facts;

	return facts->index && facts->up &&
		(facts->prefix_len ||
		 (!asker->needs_prefix && facts->has_address));
}

static bool has_moved(const struct asker *asker)
{
	const struct line_facts *facts = &asker->source.facts;

	if (facts->prefix_len != asker->prefix_len ||
	    (facts->prefix_len &&
	     !IN6_ARE_ADDR_EQUAL(&facts->prefix, &asker->prefix)))
		return true;
	return asker->follows_address && facts->has_address &&
		asker->has_address &&
		!IN6_ARE_ADDR_EQUAL(&facts->address, &asker->address);
}

static void remember(struct asker *asker)
{
	const struct line_facts *facts = &asker->source.facts;

	asker->placed = true;
	asker->prefix = facts->prefix;
	asker->prefix_len = facts->prefix_len;
	if (facts->has_address) {
		asker->address = facts->address;
		asker->has_address = true;
	}
}

static void leave(struct asker *asker)
{
	struct source *source = &asker->source;
	bool up = source->facts.index && source->facts.up;

	if (ev_is_active(&source->timer))
		asker->due = clock_now() +
			ev_timer_remaining(EV_DEFAULT_UC, &source->timer);
	asker_stop(asker);
	reason_set(&source->why, up ? REASON_MISSING_ADDRESS :
		   REASON_NO_WAN_LINK, up ?
		   "the WAN \"%s\" has no end-user prefix" :
		   "the WAN \"%s\" is down", source->vne->interface);
	source_at(source, SOURCE_IDLE, 0);
}

/* Return: how long it has to wait until it may ask because of the line. */
static double take_credit(struct asker *asker)
{
	double every = source_wait(CREDIT_EVERY, CREDIT_EVERY);
	double now = clock_now();

	asker->credit += (now - asker->credited) / every;
	if (asker->credit > CREDIT_MAX)
		asker->credit = CREDIT_MAX;
	asker->credited = now;
	if (asker->credit < 1)
		return (1 - asker->credit) * every;
	asker->credit--;
	return 0;
}

static void arrive(struct asker *asker, bool moved)
{
	struct source *source = &asker->source;
	double left = asker->due - clock_now();

	asker->due = 0;
	if (asker->good && !moved && left > 0) {
		source->why.code = REASON_NONE;
		source_at(source, SOURCE_GOOD, left);
		return;
	}
	if (asker->saves_first)
		asker_take_saved(asker);
	if (!source->facts.has_address) {
		reason_set(&source->why, REASON_MISSING_ADDRESS,
			   "the WAN \"%s\" has no global IPv6 address yet",
			   source->vne->interface);
		source_at(source, SOURCE_WAIT,
			  source_wait(ADDRESS_WAIT, ADDRESS_WAIT));
		return;
	}
	left = take_credit(asker);
	if (left > 0)
		source_at(source, SOURCE_RETRY, left);
	else
		asker_renew(source);
}

/**
 * asker_line - the line is there, is another one, or is gone
 * @source: the source
 * @line: the line
 */
void asker_line(struct source *source, const struct line *line)
{
	struct asker *asker = asker_of(source);
	bool was = asker->there, moved;

	(void)line;
	asker->there = is_there(asker);
	if (!asker->there) {
		if (was || !source->since)
			leave(asker);
		return;
	}
	moved = asker->placed && has_moved(asker);
	if (was && !moved &&
	    (source->step != SOURCE_WAIT || !source->facts.has_address)) {
		remember(asker);
		return;
	}
	remember(asker);
	if (moved) {
		asker_stop(asker);
		asker->good = false;
		asker->moved(asker);
	}
	arrive(asker, moved);
}

/**
 * asker_renew - ask now
 * @source: the source
 */
void asker_renew(struct source *source)
{
	struct asker *asker = asker_of(source);

	if (!asker->there)
		return;
	asker_stop(asker);
	source->next = 0;
	ev_timer_stop(EV_DEFAULT_UC, &source->timer);
	asker->begin(asker);
}

/**
 * asker_erase - forget what was saved
 * @source: the source
 */
void asker_erase(struct source *source)
{
	offer_free(&asker_of(source)->saved);
}

/**
 * asker_end - ask no more, and free what was saved
 * @source: the source
 * @end: why
 */
void asker_end(struct source *source, enum source_end end)
{
	(void)end;
	asker_stop(asker_of(source));
	asker_erase(source);
}
