// SPDX-License-Identifier: GPL-2.0
/* IPv4 addresses inside IPv6 ones (RFC 6052, section 2.2): the IPv4 address
 * follows the prefix, but for byte 8, which is skipped and zero.
 */

#include "embed.h"

/* The byte of bits 64 to 71, "u". */
#define EMBED_RESERVED 8

/**
 * map_embed_len_valid() - can a prefix of that length hold IPv4 addresses?
 * @len: length of the prefix in bits
 *
 * Return: true for the lengths of RFC 6052, section 2.2.
 */
bool map_embed_len_valid(u8 len)
{
	return len == 96 || (len >= 32 && len <= 64 && len % 8 == 0);
}

/**
 * map_embed() - the IPv6 address that stands for an IPv4 address
 * @prefix: the prefix; bits after @len are zero
 * @len: its length, a valid one
 * @ipv4: IPv4 address, network byte order
 * @ipv6: set to the address; its suffix is zero (RFC 6052, section 2.2)
 */
void map_embed(const struct in6_addr *prefix, u8 len, __be32 ipv4,
	       struct in6_addr *ipv6)
{
	unsigned int at = len / 8;
	unsigned int i;
	u8 byte[4];

	*ipv6 = *prefix;
	if (len == 96) {
		ipv6->s6_addr32[3] = ipv4;
		return;
	}
	memcpy(byte, &ipv4, sizeof(byte));
	for (i = 0; i < 4; i++, at++) {
		at += at == EMBED_RESERVED;
		ipv6->s6_addr[at] = byte[i];
	}
}

/**
 * map_embedded() - the IPv4 address that an IPv6 address stands for
 * @ipv6: an address in the prefix
 * @len: length of the prefix, a valid one
 *
 * What byte 8 and the suffix hold does not count (RFC 6052, section 2.3).
 *
 * Return: the address, network byte order.
 */
__be32 map_embedded(const struct in6_addr *ipv6, u8 len)
{
	unsigned int at = len / 8;
	unsigned int i;
	__be32 ipv4;
	u8 byte[4];

	if (len == 96)
		return ipv6->s6_addr32[3];
	for (i = 0; i < 4; i++, at++) {
		at += at == EMBED_RESERVED;
		byte[i] = ipv6->s6_addr[at];
	}
	memcpy(&ipv4, byte, sizeof(ipv4));
	return ipv4;
}
