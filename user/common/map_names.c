// SPDX-License-Identifier: GPL-2.0
#include <linux/map.h>
#include <linux/map_counters.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>

#include "map_names.h"

#define NAME(id, name) [MAP_A_STATS_##id] = name,
static const char *const names[MAP_A_STATS_MAX + 1] = { MAP_COUNTERS(NAME) };

/**
 * counter_name - name of a counter
 * @attr: MAP_A_STATS_*
 *
 * Return: the name, or NULL where there is no such counter.
 */
const char *counter_name(uint32_t attr)
{
	return attr <= MAP_A_STATS_MAX ? names[attr] : NULL;
}

/**
 * proto_name - name of an IP protocol
 * @number: the protocol
 *
 * Return: the name, or the number as text; the next call overwrites it.
 */
const char *proto_name(uint8_t number)
{
	const struct protoent *proto;
	static char text[8];

	/* Those that have ports: not all systems have /etc/protocols. */
	switch (number) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_DCCP:
		return "dccp";
	case IPPROTO_SCTP:
		return "sctp";
	case IPPROTO_UDPLITE:
		return "udplite";
	}
	proto = getprotobynumber(number);
	if (proto)
		return proto->p_name;
	snprintf(text, sizeof(text), "%u", number);
	return text;
}
