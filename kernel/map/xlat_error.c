// SPDX-License-Identifier: GPL-2.0
/* The common part of translating ICMP errors. Errors are rare and short, so
 * they are copied.
 */

#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>

#include "xlat_error.h"

/**
 * map_xlat_error_has_length4 - does an ICMP error tell how long its packet is?
 * @type: ICMP type
 *
 * Return: true for those of RFC 4884, section 4.
 */
bool map_xlat_error_has_length4(u8 type)
{
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETERPROB;
}

/**
 * map_xlat_error_has_length6 - does an ICMPv6 error tell how long its packet is?
 * @type: ICMPv6 type
 *
 * Return: true for those of RFC 4884, section 4.
 */
bool map_xlat_error_has_length6(u8 type)
{
	return type == ICMPV6_DEST_UNREACH || type == ICMPV6_TIME_EXCEED;
}

/**
 * map_xlat_error_open - get an error ready to be changed
 * @skb: skb->data is the ICMP or ICMPv6 header
 *
 * All in one private piece, with room on both sides for what is added.
 *
 * Return: false when memory ran out.
 */
bool map_xlat_error_open(struct sk_buff *skb)
{
	return !skb_linearize(skb) &&
	       !pskb_expand_head(skb, SKB_DATA_ALIGN(LL_MAX_HEADER +
						     sizeof(struct ipv6hdr)),
				 ERROR_PADDED, GFP_ATOMIC);
}

/* RFC 4884, section 5.4: the length field is too small. */
static bool map_xlat_error_is_extension(const struct sk_buff *skb,
					unsigned int offset)
{
	const struct icmp_ext_hdr *ext = (const void *)(skb->data + offset);

	return ext->version == 2 &&
	       (!ext->checksum ||
		!csum_fold(skb_checksum(skb, offset, skb->len - offset, 0)));
}

/**
 * map_xlat_error_split - find the extension of an error
 * @skb: the error
 * @words: length of the packet in it, as its header has it
 * @word: unit of that, in bytes
 * @parts: told both lengths
 *
 * A packet before an extension has 128 bytes at least (RFC 4884, section 3).
 * Where a shorter one is followed by what is an extension beyond doubt, it is
 * taken for that.
 */
void map_xlat_error_split(const struct sk_buff *skb, u8 words,
			  unsigned int word, struct map_xlat_error *parts)
{
	unsigned int field = words * word;

	parts->original = skb->len - ERROR_HEADER;
	parts->extension = 0;
	if (!field || field + sizeof(struct icmp_ext_hdr) > parts->original)
		return;
	if (field < ERROR_PADDED &&
	    !map_xlat_error_is_extension(skb, ERROR_HEADER + field))
		return;
	parts->extension = parts->original - field;
	parts->original = field;
}

/**
 * map_xlat_error_drop_extension - leave the extension out
 * @skb: the error
 * @parts: its parts
 */
void map_xlat_error_drop_extension(struct sk_buff *skb,
				   struct map_xlat_error *parts)
{
	skb_trim(skb, ERROR_HEADER + parts->original);
	parts->extension = 0;
}

/**
 * map_xlat_error_resize - make room for the new header of the packet in an error
 * @skb: the error
 * @parts: its parts
 * @old: length of the old header, or headers
 * @new: length of the new one
 *
 * Return: where it is to be written.
 */
u8 *map_xlat_error_resize(struct sk_buff *skb, struct map_xlat_error *parts,
			  unsigned int old, unsigned int new)
{
	u8 header[ERROR_HEADER];

	memcpy(header, skb->data, sizeof(header));
	skb_pull(skb, sizeof(header) + old);
	skb_push(skb, sizeof(header) + new);
	memcpy(skb->data, header, sizeof(header));
	parts->original += new - old;
	return skb->data + sizeof(header);
}

/* Length of the quoted packet in front of an extension, or 0 where the
 * extension does not fit.
 */
static unsigned int map_xlat_error_part(const struct map_xlat_error *parts,
					unsigned int word, unsigned int room)
{
	unsigned int want = max_t(unsigned int, parts->original, ERROR_PADDED);
	unsigned int most;

	if (parts->extension + ERROR_PADDED > room)
		return 0;
	most = min_t(unsigned int, room - parts->extension, U8_MAX * word);
	return min(round_up(want, word), round_down(most, word));
}

static void map_xlat_error_move_extension(struct sk_buff *skb,
					  const struct map_xlat_error *parts,
					  unsigned int part)
{
	unsigned int original = parts->original;
	u8 *at;

	if (part > original)
		skb_put(skb, part - original);
	at = skb->data + ERROR_HEADER;
	memmove(at + part, at + original, parts->extension);
	if (part > original)
		memset(at + original, 0, part - original);
	else
		skb_trim(skb, ERROR_HEADER + part + parts->extension);
}

/**
 * map_xlat_error_fit - keep an error short, and pad the packet in it
 * @skb: the error
 * @parts: its parts
 * @word: unit of the packet's length, in bytes
 * @most: length of the longest message, ICMP header included
 *
 * Before an extension the packet is padded, or cut where both do not fit, to
 * 128 bytes at least (RFC 4884, section 3). Where that is not enough, the
 * extension is left out.
 *
 * Return: the length of the packet in words, or 0 where there is no extension
 * (any more).
 */
u8 map_xlat_error_fit(struct sk_buff *skb, struct map_xlat_error *parts,
		      unsigned int word, unsigned int most)
{
	unsigned int part = 0;

	if (parts->extension)
		part = map_xlat_error_part(parts, word, most - ERROR_HEADER);
	if (part) {
		map_xlat_error_move_extension(skb, parts, part);
		parts->original = part;
	} else {
		map_xlat_error_drop_extension(skb, parts);
		if (skb->len > most)
			skb_trim(skb, most);
	}
	return part / word;
}
