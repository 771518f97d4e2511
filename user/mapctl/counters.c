// SPDX-License-Identifier: GPL-2.0
/* Counters, and what a drop means to a person. */
#include <inttypes.h>
#include <stddef.h>

#include "mapctl.h"

#define REASON(id, reason) [MAP_A_STATS_##id] = reason
static const char *const reasons[MAP_A_STATS_MAX + 1] = {
	REASON(TX_NOT_READY,
	       "the device is not ready: no bmr matches the prefix, or an address is missing"),
	REASON(TX_NOT_IPV4, "it is not an IPv4 packet"),
	REASON(TX_MALFORMED, "its header is truncated or inconsistent"),
	REASON(TX_FOREIGN_SOURCE,
	       "the source is not the address and port set of this CE"),
	REASON(TX_NO_PORT,
	       "the address is shared, and the protocol has no ports"),
	REASON(TX_NO_RULE,
	       "no rule holds the destination, and there is no dmr"),
	REASON(TX_EXCLUDED_PORT,
	       "the destination port belongs to no port set"),
	REASON(TX_TOO_BIG,
	       "it is longer than the MTU of the tunnel and must not be fragmented"),
	REASON(TX_NO_ROUTE,
	       "there is no IPv6 route to the other end of the tunnel"),
	REASON(TX_LOOP, "the IPv6 route leads back into the device"),
	REASON(TX_REDIRECT, "an ICMP redirect means nothing in the domain"),
	REASON(TX_NO_MEMORY, "there is no memory"),
	REASON(SNAT_EXHAUSTED,
	       "every port of the set is in use towards that destination"),
	REASON(SNAT_NO_PORT,
	       "the address is shared, and source NAT has no ports for the protocol"),
};

/**
 * counter_reason - why a packet is dropped
 * @attr: MAP_A_STATS_* of the counter that counts it
 *
 * Return: a sentence without a full stop.
 */
const char *counter_reason(uint32_t attr)
{
	if (attr <= MAP_A_STATS_MAX && reasons[attr])
		return reasons[attr];
	return "the kernel gives a reason that this mapctl does not know";
}

/**
 * print_counters - print counters, in an object that is open
 * @nest: the counters
 * @all: those too that are zero; JSON always has all
 * @indent: what a line of text starts with
 */
void print_counters(const struct nlattr *nest, bool all, const char *indent)
{
	const struct nlattr *tb[MAP_A_STATS_MAX + 1];
	unsigned int i;

	map_index_nest(nest, tb, MAP_A_STATS_MAX);
	for (i = MAP_A_STATS_PAD + 1; i <= MAP_A_STATS_MAX; i++) {
		uint64_t value = attr_get_u64(tb[i]);

		if (!tb[i] || (!value && !all && !out.json))
			continue;
		out_line(indent);
		out_text("%s ", counter_name(i));
		out_number(counter_name(i), "%" PRIu64, value);
	}
}
