/* SPDX-License-Identifier: GPL-2.0 */
/* What both ways of translating an ICMP error share. */
#ifndef _MAP_XLAT_ERROR_H
#define _MAP_XLAT_ERROR_H

#include <linux/icmp.h>
#include <linux/skbuff.h>

#include "xlat_icmp.h"

#define ERROR_HEADER	sizeof(struct icmphdr)	/* the same for ICMPv6 */
/* RFC 4884, section 3: the packet in an error with an extension is padded to
 * that length at least, and counted in words of 32 or 64 bits.
 */
#define ERROR_PADDED	128
#define ERROR_WORD4	4
#define ERROR_WORD6	8
/* The second byte of the second word, and the first. */
#define ERROR_LENGTH4	5
#define ERROR_LENGTH6	4

/**
 * struct map_xlat_error - what follows the header of an ICMP error
 * @to: what the message becomes
 * @original: length of the packet in it, or what is there of it
 * @extension: length of the extension behind that
 * @mtu: with MAP_XLAT_ICMP_MTU
 */
struct map_xlat_error {
	struct map_xlat_icmp to;
	unsigned int original;
	unsigned int extension;
	u32 mtu;
};

bool map_xlat_error_has_length4(u8 type);
bool map_xlat_error_has_length6(u8 type);
bool map_xlat_error_open(struct sk_buff *skb);
void map_xlat_error_split(const struct sk_buff *skb, u8 words,
			  unsigned int word, struct map_xlat_error *parts);
void map_xlat_error_drop_extension(struct sk_buff *skb,
				   struct map_xlat_error *parts);
u8 *map_xlat_error_resize(struct sk_buff *skb, struct map_xlat_error *parts,
			  unsigned int old, unsigned int new);
u8 map_xlat_error_fit(struct sk_buff *skb, struct map_xlat_error *parts,
		      unsigned int word, unsigned int most);

#endif /* _MAP_XLAT_ERROR_H */
