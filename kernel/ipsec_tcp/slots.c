// SPDX-License-Identifier: GPL-2.0
/* A quarter of the connections of a responder's peer may be without proof. Of
 * these, a quarter may be of one source: an IPv4 address, or an IPv6 prefix of
 * 64 bits, which is what one host may have. The oldest connection without proof
 * is ended for a new one. Up to SLOTS_FEW connections the limits do not apply.
 */

#include <net/ipv6.h>

#include "ipsec_tcp.h"
#include "slots.h"

#define SLOTS_SHARE	4
#define SLOTS_FEW	4
#define SLOTS_SOURCE6	64

static u32 ipsec_tcp_slots_unproven_max(const struct ipsec_tcp_peer *peer)
{
	u32 max = peer->set.max_connections;

	return max_t(u32, max / SLOTS_SHARE, min_t(u32, max, SLOTS_FEW));
}

static u32 ipsec_tcp_slots_source_max(const struct ipsec_tcp_peer *peer)
{
	return max_t(u32, ipsec_tcp_slots_unproven_max(peer) / SLOTS_SHARE,
		     SLOTS_FEW);
}

static bool ipsec_tcp_slots_same_source(const struct in6_addr *one,
					const struct in6_addr *other)
{
	if (ipv6_addr_v4mapped(one))
		return ipv6_addr_equal(one, other);
	return ipv6_prefix_equal(one, other, SLOTS_SOURCE6);
}

/**
 * ipsec_tcp_slots_full - has a peer no room for one more connection?
 * @peer: the peer, its namespace locked
 * @role: of the connection
 */
bool ipsec_tcp_slots_full(const struct ipsec_tcp_peer *peer, u8 role)
{
	if (peer->conns < peer->set.max_connections)
		return false;
	return role != IPSEC_TCP_ROLE_RESPONDER || !peer->unproven;
}

/**
 * ipsec_tcp_slots_victim - select the connection to end for a new one
 * @conn: the new one, which has a slot; its namespace locked
 *
 * Return: an older connection, or NULL.
 */
struct ipsec_tcp_conn *ipsec_tcp_slots_victim(const struct ipsec_tcp_conn *conn)
{
	const struct ipsec_tcp_peer *peer = conn->peer;
	struct ipsec_tcp_conn *other, *oldest = NULL, *same = NULL;
	u32 count = 0;

	if (!conn->unproven)
		return NULL;
	list_for_each_entry(other, &conn->tn->conns, list) {
		if (other == conn || other->peer != peer || !other->unproven)
			continue;
		oldest = oldest ?: other;
		if (!ipsec_tcp_slots_same_source(&conn->remote, &other->remote))
			continue;
		same = same ?: other;
		count++;
	}
	if (count >= ipsec_tcp_slots_source_max(peer))
		return same;
	if (peer->unproven > ipsec_tcp_slots_unproven_max(peer) ||
	    peer->conns > peer->set.max_connections)
		return oldest;
	return NULL;
}

/**
 * ipsec_tcp_slots_take - count a new connection
 * @conn: has its role and peer; its namespace locked
 */
void ipsec_tcp_slots_take(struct ipsec_tcp_conn *conn)
{
	conn->peer->conns++;
	conn->unproven = conn->role == IPSEC_TCP_ROLE_RESPONDER;
	if (conn->unproven)
		conn->peer->unproven++;
}

/**
 * ipsec_tcp_slots_prove - a connection has shown proof
 * @conn: may have ended; its namespace locked
 */
void ipsec_tcp_slots_prove(struct ipsec_tcp_conn *conn)
{
	if (conn->unproven)
		conn->peer->unproven--;
	conn->unproven = false;
}

/**
 * ipsec_tcp_slots_give - a connection has ended
 * @conn: has a slot; its namespace locked
 */
void ipsec_tcp_slots_give(struct ipsec_tcp_conn *conn)
{
	ipsec_tcp_slots_prove(conn);
	conn->peer->conns--;
}
