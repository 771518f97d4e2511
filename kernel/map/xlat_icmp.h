/* SPDX-License-Identifier: GPL-2.0 */
/* Which ICMPv6 message an ICMP message becomes, and the other way round
 * (RFC 7915, sections 4.2 and 5.2). Pure tables and arithmetic.
 */
#ifndef _MAP_XLAT_ICMP_H
#define _MAP_XLAT_ICMP_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "pure.h"
#endif

/**
 * enum map_xlat_icmp_word - what the second word of an error holds
 * @MAP_XLAT_ICMP_UNUSED: nothing
 * @MAP_XLAT_ICMP_MTU: an MTU, to be worked out by map_xlat_mtu46() or
 *	map_xlat_mtu64()
 * @MAP_XLAT_ICMP_POINTER: a pointer
 */
enum map_xlat_icmp_word {
	MAP_XLAT_ICMP_UNUSED,
	MAP_XLAT_ICMP_MTU,
	MAP_XLAT_ICMP_POINTER,
};

/**
 * struct map_xlat_icmp - what a message becomes
 * @type: its type
 * @code: its code
 * @word: what the second word of an error holds
 * @pointer: with MAP_XLAT_ICMP_POINTER
 */
struct map_xlat_icmp {
	u8 type;
	u8 code;
	enum map_xlat_icmp_word word;
	u8 pointer;
};

bool map_xlat_icmp46(u8 type, u8 code, u8 pointer, struct map_xlat_icmp *to);
bool map_xlat_icmp64(u8 type, u8 code, u32 pointer, struct map_xlat_icmp *to);
u32 map_xlat_mtu46(u32 mtu, u32 len, u32 ipv4_mtu, u32 ipv6_mtu);
u32 map_xlat_mtu64(u32 mtu, bool fragment, u32 ipv4_mtu, u32 ipv6_mtu);

#endif /* _MAP_XLAT_ICMP_H */
