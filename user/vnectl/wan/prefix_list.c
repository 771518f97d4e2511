// SPDX-License-Identifier: GPL-2.0
#include <math.h>
#include <stddef.h>

#include "wan/prefix_list.h"

static double end_of(uint32_t lifetime, double now)
{
	return lifetime == LIFETIME_INFINITE ? INFINITY : now + lifetime;
}

/**
 * prefix_set_lifetimes - say how long it lives
 * @prefix: the prefix
 * @preferred: seconds, or LIFETIME_INFINITE
 * @valid: seconds, or LIFETIME_INFINITE
 * @now: from when on
 */
void prefix_set_lifetimes(struct prefix *prefix, uint32_t preferred,
			  uint32_t valid, double now)
{
	prefix->valid = end_of(valid, now);
	prefix->preferred = end_of(preferred < valid ? preferred : valid, now);
}

/**
 * prefixes_find - look for one
 * @prefixes: the prefixes
 * @ipv6: the one
 * @len: its length
 *
 * Return: it, or NULL.
 */
struct prefix *prefixes_find(struct prefixes *prefixes,
			     const struct in6_addr *ipv6, uint8_t len)
{
	struct prefix *prefix = prefixes->prefix;

	for (; prefix < prefixes->prefix + prefixes->count; prefix++)
		if (prefix->len == len &&
		    IN6_ARE_ADDR_EQUAL(&prefix->ipv6, ipv6))
			return prefix;
	return NULL;
}

/**
 * prefixes_add - add one, or give it other lifetimes
 * @prefixes: the prefixes; those that do not fit are not noted
 * @prefix: the one
 */
void prefixes_add(struct prefixes *prefixes, const struct prefix *prefix)
{
	struct prefix *old = prefixes_find(prefixes, &prefix->ipv6,
					   prefix->len);

	if (old)
		*old = *prefix;
	else if (prefixes->count < PREFIXES_MAX)
		prefixes->prefix[prefixes->count++] = *prefix;
}

static void del(struct prefixes *prefixes, struct prefix *prefix)
{
	struct prefix *end = prefixes->prefix + --prefixes->count;

	for (; prefix < end; prefix++)
		prefix[0] = prefix[1];
}

/**
 * prefixes_del - take one away
 * @prefixes: the prefixes
 * @ipv6: the one
 * @len: its length
 */
void prefixes_del(struct prefixes *prefixes, const struct in6_addr *ipv6,
		  uint8_t len)
{
	struct prefix *prefix = prefixes_find(prefixes, ipv6, len);

	if (prefix)
		del(prefixes, prefix);
}

/**
 * prefixes_expire - take those away whose time is over
 * @prefixes: the prefixes
 * @now: what time it is
 */
void prefixes_expire(struct prefixes *prefixes, double now)
{
	unsigned int i;

	for (i = prefixes->count; i--;)
		if (prefixes->prefix[i].valid <= now)
			del(prefixes, &prefixes->prefix[i]);
}

/**
 * prefixes_next - when does something end?
 * @prefixes: the prefixes
 * @now: what time it is
 *
 * Return: when, INFINITY for never.
 */
double prefixes_next(const struct prefixes *prefixes, double now)
{
	const struct prefix *prefix = prefixes->prefix;
	double next = INFINITY;

	for (; prefix < prefixes->prefix + prefixes->count; prefix++) {
		if (prefix->preferred > now)
			next = fmin(next, prefix->preferred);
		if (prefix->valid > now)
			next = fmin(next, prefix->valid);
	}
	return next;
}

/* A preferred one before a deprecated one, then the one that lives longest. */
static bool better(const struct prefix *one, const struct prefix *two,
		   double now)
{
	bool preferred = one->preferred > now;
	bool two_is = two->preferred > now;

	if (preferred != two_is)
		return preferred;
	return preferred ? one->preferred > two->preferred :
		one->valid > two->valid;
}

/* Lifetimes of prefixes beside each other begin again with each announcement,
 * now of this one and now of that one: only one that is far behind is left.
 */
static bool will_do(const struct prefix *current, const struct prefix *best,
		    double now)
{
	if (current->preferred > now)
		return current->preferred == best->preferred ||
			current->preferred - now >=
			(best->preferred - now) / 2;
	return best->preferred <= now && current->valid > now;
}

/**
 * prefixes_pick - choose one
 * @prefixes: the prefixes
 * @current: the one that was chosen before, as it was then, or NULL
 * @now: what time it is
 *
 * What is in use is left only with a reason (RFC 4862, section 5.5.4): when it is
 * deprecated and another one is not, or is not announced any more, so that the
 * other one's lifetime is more than twice its own.
 *
 * Return: the best, or NULL.
 */
const struct prefix *prefixes_pick(const struct prefixes *prefixes,
				   const struct prefix *current, double now)
{
	const struct prefix *prefix = prefixes->prefix, *best = NULL;
	const struct prefix *same = NULL;

	for (; prefix < prefixes->prefix + prefixes->count; prefix++) {
		if (prefix->valid <= now)
			continue;
		if (!best || better(prefix, best, now))
			best = prefix;
		if (current && prefix->len == current->len &&
		    IN6_ARE_ADDR_EQUAL(&prefix->ipv6, &current->ipv6))
			same = prefix;
	}
	return same && will_do(same, best, now) ? same : best;
}
