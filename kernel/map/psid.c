// SPDX-License-Identifier: GPL-2.0
/* Port sets: which ports of a shared IPv4 address belong to a PSID
 * (RFC 7597, section 5.1 and appendix B).
 *
 *	 0                             15
 *	+-----------+-----------+--------+
 *	|     A     |   PSID    |   j    |
 *	+-----------+-----------+--------+
 *	|  a bits   |  k bits   | m bits |
 *
 * A port is looked at bit by bit from the left, as in the RFC, so that its
 * fields are shifts and masks. All of this is on the path of each packet:
 * there is no division and no loop in here.
 */

#include "psid.h"

/* m, the number of bits that select a port in its range. */
static u32 map_port_range_bits(u8 offset, u8 len)
{
	return 16 - offset - len;
}

/* a, which does not apply where the address is not shared. */
static u8 map_port_set_offset(const struct map_port_set *set)
{
	return set->len ? set->offset : 0;
}

/* The smallest A: 0 is left out, unless it is all there is. */
static u32 map_port_set_first(const struct map_port_set *set)
{
	return map_port_set_offset(set) ? 1 : 0;
}

/**
 * map_port_psid() - the PSID that a port carries
 * @offset: a, number of offset bits
 * @len: k, number of PSID bits; @offset + @len <= 16
 * @port: port, host byte order
 *
 * Formula (2) of RFC 7597, appendix B. The answer has a meaning only where
 * the port is not excluded, see map_port_excluded().
 *
 * Return: PSID, right-aligned; 0 where @len is 0.
 */
u16 map_port_psid(u8 offset, u8 len, u16 port)
{
	u32 mask = (1U << len) - 1;

	return (port >> map_port_range_bits(offset, len)) & mask;
}

/**
 * map_port_excluded() - is this a port that no PSID owns?
 * @offset: a, number of offset bits
 * @len: k, number of PSID bits; @offset + @len <= 16
 * @port: port, host byte order
 *
 * With a > 0 the ports with A = 0 are left out, which keeps the system ports
 * out of every set (RFC 7597, section 5.1). No port is excluded where the
 * address is not shared (@len 0).
 *
 * Return: true where the port belongs to no port set.
 */
bool map_port_excluded(u8 offset, u8 len, u16 port)
{
	return len && offset && !(port >> (16 - offset));
}

/**
 * map_port_set_has() - is a port in the set?
 * @set: port set
 * @port: port, host byte order
 *
 * Return: true where the port is in the set.
 */
bool map_port_set_has(const struct map_port_set *set, u16 port)
{
	u32 shift = map_port_range_bits(set->offset, set->len);
	u32 mask = (1U << set->len) - 1;

	return !(((port >> shift) ^ set->psid) & mask) &&
	       !map_port_excluded(set->offset, set->len, port);
}

/**
 * map_port_set_size() - number of ports in the set
 * @set: port set
 *
 * That is 2^(16 - k), less the 2^m excluded ports where a > 0 (RFC 7597,
 * section 5.1).
 *
 * Return: 1..65536; it does not fit 16 bits where the address is not shared.
 */
u32 map_port_set_size(const struct map_port_set *set)
{
	u8 offset = map_port_set_offset(set);

	return map_port_set_ranges(set) << map_port_range_bits(offset,
							       set->len);
}

/**
 * map_port_set_nth() - the n-th port of the set, in ascending order
 * @set: port set
 * @n: which one, counted from 0; less than map_port_set_size()
 *
 * Formula (1) of RFC 7597, appendix B. The inverse is map_port_set_index().
 *
 * Return: port, host byte order.
 */
u16 map_port_set_nth(const struct map_port_set *set, u32 n)
{
	u8 offset = map_port_set_offset(set);
	u32 bits = map_port_range_bits(offset, set->len);
	u32 block = (n >> bits) + map_port_set_first(set);
	u32 j = n & ((1U << bits) - 1);

	return block << (16 - offset) | (u32)set->psid << bits | j;
}

/**
 * map_port_set_index() - which port of the set a port is
 * @set: port set
 * @port: port, host byte order; one that is in the set
 *
 * Return: number of ports in the set that are lower than @port.
 */
u32 map_port_set_index(const struct map_port_set *set, u16 port)
{
	u8 offset = map_port_set_offset(set);
	u32 bits = map_port_range_bits(offset, set->len);
	u32 block = ((u32)port >> (16 - offset)) - map_port_set_first(set);

	return block << bits | (port & ((1U << bits) - 1));
}

/**
 * map_port_set_below() - number of ports in the set that are below a port
 * @set: port set
 * @port: port, host byte order; it need not be in the set
 *
 * Return: that number.
 */
u32 map_port_set_below(const struct map_port_set *set, u16 port)
{
	u8 offset = map_port_set_offset(set);
	u32 bits = map_port_range_bits(offset, set->len);
	u32 first = map_port_set_first(set);
	u32 block = (u32)port >> (16 - offset);
	u32 start = block << (16 - offset) | (u32)set->psid << bits;
	u32 n;

	if (block < first)
		return 0;
	n = (block - first) << bits;
	if (port <= start)
		return n;
	if (port - start < 1U << bits)
		return n + (port - start);
	return n + (1U << bits);
}

/**
 * map_port_set_ranges() - number of ranges of ports that follow each other
 * @set: port set
 *
 * Return: 2^a - 1, or 1 where a or k is 0.
 */
u32 map_port_set_ranges(const struct map_port_set *set)
{
	return (1U << map_port_set_offset(set)) - map_port_set_first(set);
}

/**
 * map_port_set_range() - the n-th range of the set, in ascending order
 * @set: port set
 * @n: which one, counted from 0; less than map_port_set_ranges()
 *
 * Return: first and last port, host byte order.
 */
struct map_port_range map_port_set_range(const struct map_port_set *set, u32 n)
{
	u32 bits = map_port_range_bits(map_port_set_offset(set), set->len);
	struct map_port_range range;

	range.first = map_port_set_nth(set, n << bits);
	range.last = range.first + ((1U << bits) - 1);
	return range;
}
