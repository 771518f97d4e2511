/* SPDX-License-Identifier: GPL-2.0 */
/* What a CE may send, in both modes. Inline: each packet is checked. */
#ifndef _MAP_CHECK_H
#define _MAP_CHECK_H

#include "flow.h"
#include "map.h"
#include "stats.h"

/**
 * map_check_is_own - is a CE itself the destination of what it would send?
 * @ce: the CE
 * @daddr: destination, network byte order
 * @dport: its port or ICMP identifier, host byte order
 * @has_port: @dport is known
 *
 * The BR would send such a packet back. Where nothing on the CE takes it, the
 * CE would forward it to the BR again, until its TTL is used up. Other ports of
 * a shared address belong to other CEs.
 *
 * Return: true where the packet must not leave by the tunnel.
 */
static inline bool map_check_is_own(const struct map_ce *ce, __be32 daddr,
				    u16 dport, bool has_port)
{
	if (!map_ipv4_prefix_match(daddr, ce->ipv4, ce->ipv4_len))
		return false;
	if (!ce->ports.len)
		return true;
	return has_port && map_port_set_has(&ce->ports, dport);
}

/* What leaves must carry the address and a port of the CE (RFC 7597, section
 * 8). Later fragments have no port: source NAT saw to their packet.
 */
static inline int map_check_source(const struct map_ce *ce,
				   const struct map_flow *flow)
{
	if (!map_ipv4_prefix_match(flow->saddr, ce->ipv4, ce->ipv4_len))
		return MAP_A_STATS_TX_FOREIGN_SOURCE;
	if (!ce->ports.len)
		return 0;
	if (flow->has_ports)
		return map_port_set_has(&ce->ports, flow->sport) ?
		       0 : MAP_A_STATS_TX_FOREIGN_SOURCE;
	return flow->later ? 0 : MAP_A_STATS_TX_NO_PORT;
}

/**
 * map_check_ce - may a CE send this packet?
 * @state: state of a CE
 * @flow: the packet
 *
 * Return: 0, or the counter MAP_A_STATS_* of the reason to drop it.
 */
static inline int map_check_ce(const struct map_state *state,
			       const struct map_flow *flow)
{
	int why = map_check_source(&state->ce, flow);

	if (!why && map_check_is_own(&state->ce, flow->daddr, flow->dport,
				     flow->has_ports))
		why = MAP_A_STATS_TX_OWN_DESTINATION;
	return why;
}

#endif /* _MAP_CHECK_H */
