// SPDX-License-Identifier: GPL-2.0

#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>

#include "flow.h"
#include "xlat_sum.h"

static __wsum map_xlat_sum_addresses6(const struct map_xlat_pair *pair)
{
	const __be32 *saddr = pair->saddr6.s6_addr32;
	const __be32 *daddr = pair->daddr6.s6_addr32;
	__wsum sum = 0;
	int i;

	for (i = 0; i < 4; i++) {
		sum = csum_add(sum, (__force __wsum)saddr[i]);
		sum = csum_add(sum, (__force __wsum)daddr[i]);
	}
	return sum;
}

static __wsum map_xlat_sum_addresses4(const struct map_xlat_pair *pair)
{
	return csum_add((__force __wsum)pair->saddr4,
			(__force __wsum)pair->daddr4);
}

/**
 * map_xlat_sum46 - what translation to IPv6 adds to a pseudo-header
 * @pair: the addresses
 *
 * Length and protocol are the same in both families, but for ICMP.
 *
 * Return: the difference.
 */
__wsum map_xlat_sum46(const struct map_xlat_pair *pair)
{
	return csum_sub(map_xlat_sum_addresses6(pair),
			map_xlat_sum_addresses4(pair));
}

/**
 * map_xlat_sum64 - what translation to IPv4 adds to a pseudo-header
 * @pair: the addresses
 *
 * Return: the difference.
 */
__wsum map_xlat_sum64(const struct map_xlat_pair *pair)
{
	return csum_sub(map_xlat_sum_addresses4(pair),
			map_xlat_sum_addresses6(pair));
}

/* CHECKSUM_PARTIAL: the field holds the sum of the pseudo-header. Otherwise it
 * holds the complement of the sum.
 */
static void map_xlat_sum_replace(__sum16 *check, __wsum diff, bool partial)
{
	if (partial)
		*check = ~csum_fold(csum_add(diff, csum_unfold(*check)));
	else
		csum_replace_by_diff(check, diff);
}

/* Offset of the checksum, or 0 for protocols whose checksum does not cover the
 * addresses. The pseudo-header is covered even where not all data is (RFC 3828,
 * section 3.1; RFC 4340, section 9.2).
 */
static unsigned int map_xlat_sum_offset(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return offsetof(struct tcphdr, check);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return offsetof(struct udphdr, check);
	case IPPROTO_DCCP:
		return MAP_DCCP_CHECKSUM;
	default:
		return 0;
	}
}

/* Protocols in which a checksum of 0 means "none", or is invalid (RFC 3828,
 * section 3.1).
 */
static bool map_xlat_sum_avoids_zero(u8 proto)
{
	return proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;
}

/**
 * map_xlat_sum_update - adjust the checksum of a transport protocol
 * @skb: the packet
 * @offset: of the transport header from skb->data
 * @proto: IPPROTO_*
 * @diff: what is added to the sum
 *
 * UDP without a checksum stays so; of other protocols nothing is changed.
 *
 * Return: false when memory ran out.
 */
bool map_xlat_sum_update(struct sk_buff *skb, unsigned int offset, u8 proto,
			 __wsum diff)
{
	unsigned int at = map_xlat_sum_offset(proto);
	bool partial;
	__sum16 *check;

	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	if (!at)
		return true;
	if (skb_ensure_writable(skb, offset + at + sizeof(*check)))
		return false;
	partial = skb->ip_summed == CHECKSUM_PARTIAL &&
		  skb_checksum_start_offset(skb) == offset;
	check = (__sum16 *)(skb->data + offset + at);
	if (!*check && proto == IPPROTO_UDP && !partial)
		return true;
	map_xlat_sum_replace(check, diff, partial);
	if (!*check && map_xlat_sum_avoids_zero(proto) && !partial)
		*check = CSUM_MANGLED_0;
	return true;
}

/**
 * map_xlat_sum_embedded - adjust the checksum of a packet inside an error
 * @header: its transport header
 * @len: how much of it is there
 * @proto: IPPROTO_*
 * @diff: what is added to the sum
 *
 * Return: true where there was a checksum.
 */
bool map_xlat_sum_embedded(u8 *header, unsigned int len, u8 proto,
			   __wsum diff)
{
	unsigned int at = map_xlat_sum_offset(proto);
	__sum16 check;

	if (!at || at + sizeof(check) > len)
		return false;
	memcpy(&check, header + at, sizeof(check));
	if (!check && proto == IPPROTO_UDP)
		return false;
	csum_replace_by_diff(&check, diff);
	if (!check && map_xlat_sum_avoids_zero(proto))
		check = CSUM_MANGLED_0;
	memcpy(header + at, &check, sizeof(check));
	return true;
}

static __wsum map_xlat_sum_pseudo6(const struct map_xlat_pair *pair, u32 len)
{
	return csum_unfold(~csum_ipv6_magic(&pair->saddr6, &pair->daddr6, len,
					    IPPROTO_ICMPV6, 0));
}

/**
 * map_xlat_sum_echo46 - what an ICMP message's sum gains on the way to IPv6
 * @pair: the addresses
 * @len: length of the message, in bytes
 * @from: its type and code as one word
 * @to: the new ones
 *
 * ICMPv6 has a pseudo-header, ICMP has none.
 *
 * Return: the difference.
 */
__wsum map_xlat_sum_echo46(const struct map_xlat_pair *pair, u32 len,
			   __be16 from, __be16 to)
{
	__wsum word = csum_sub((__force __wsum)to, (__force __wsum)from);

	return csum_add(word, map_xlat_sum_pseudo6(pair, len));
}

/**
 * map_xlat_sum_echo64 - what an ICMPv6 message's sum gains on the way to IPv4
 * @pair: the addresses
 * @len: length of the message, in bytes
 * @from: its type and code as one word
 * @to: the new ones
 *
 * Return: the difference.
 */
__wsum map_xlat_sum_echo64(const struct map_xlat_pair *pair, u32 len,
			   __be16 from, __be16 to)
{
	__wsum word = csum_sub((__force __wsum)to, (__force __wsum)from);

	return csum_sub(word, map_xlat_sum_pseudo6(pair, len));
}
