// SPDX-License-Identifier: GPL-2.0
/* What both ways of translating an ICMP error share. Errors are rare and short:
 * so they may be copied, and are made anew.
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

/**
 * map_xlat_error_split - find the extension of an error
 * @skb: the error
 * @words: length of the packet in it, as its header has it
 * @word: unit of that, in bytes
 * @parts: told both lengths
 *
 * RFC 4884, section 5.4: a length that can not be stands for none.
 */
void map_xlat_error_split(const struct sk_buff *skb, u8 words,
			  unsigned int word, struct map_xlat_error *parts)
{
	unsigned int field = words * word;

	parts->original = skb->len - ERROR_HEADER;
	parts->extension = 0;
	if (field < ERROR_PADDED ||
	    field + sizeof(struct icmp_ext_hdr) > parts->original)
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

/**
 * map_xlat_error_pad - pad the packet in an error that has an extension
 * @skb: the error
 * @parts: its parts
 * @word: unit of its length, in bytes
 *
 * RFC 4884, section 3.
 *
 * Return: the length in words, or 0 where there is no extension (any more).
 */
u8 map_xlat_error_pad(struct sk_buff *skb, struct map_xlat_error *parts,
		      unsigned int word)
{
	unsigned int want, pad;
	u8 *end;

	if (!parts->extension)
		return 0;
	want = round_up(max_t(unsigned int, parts->original, ERROR_PADDED),
			word);
	if (want / word > U8_MAX) {
		map_xlat_error_drop_extension(skb, parts);
		return 0;
	}
	pad = want - parts->original;
	skb_put(skb, pad);
	end = skb->data + ERROR_HEADER + parts->original;
	memmove(end + pad, end, parts->extension);
	memset(end, 0, pad);
	parts->original = want;
	return want / word;
}
