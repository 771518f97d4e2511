// SPDX-License-Identifier: GPL-2.0
/* Which ICMPv6 message an ICMP message becomes, and the other way round. */

#include "xlat_icmp.h"

/* The kernel's and the C library's names are not the same: so by numbers, in
 * the words of RFC 792, RFC 1812 and RFC 4443.
 */
#define ICMP4_UNREACHABLE	3
#define ICMP4_FRAG_NEEDED	4	/* code */
#define ICMP4_TIME_EXCEEDED	11
#define ICMP4_PARAMETER		12
#define ICMP4_ECHO		8
#define ICMP4_ECHO_REPLY	0
#define ICMP6_UNREACHABLE	1
#define ICMP6_TOO_BIG		2
#define ICMP6_TIME_EXCEEDED	3
#define ICMP6_PARAMETER		4
#define ICMP6_ECHO		128
#define ICMP6_ECHO_REPLY	129

#define HEADER4			20
#define HEADER6			40
#define FRAGMENT6		8
#define MIN_MTU6		1280

/* Silently dropped. */
#define NONE			0xff

/* Destination Unreachable, by code of ICMP: code of ICMPv6 (RFC 7915,
 * section 4.2). Codes 2 and 4 become another type.
 */
static const u8 unreachable46[] = {
	[0] = 0, [1] = 0, [2] = NONE, [3] = 4, [4] = NONE, [5] = 0,
	[6] = 0, [7] = 0, [8] = 0, [9] = 1, [10] = 1, [11] = 0, [12] = 0,
	[13] = 1, [14] = NONE, [15] = 1,
};

/* The same by code of ICMPv6 (RFC 7915, section 5.2). */
static const u8 unreachable64[] = { 1, 10, 1, 1, 3 };

/* RFC 7915, figure 3. */
static const u8 pointer46[HEADER4] = {
	0, 1, 4, 4, NONE, NONE, NONE, NONE, 7, 6, NONE, NONE,
	8, 8, 8, 8, 24, 24, 24, 24,
};

/* RFC 7915, figure 6, up to the addresses. */
static const u8 pointer64[8] = { 0, 1, NONE, NONE, 2, 2, 9, 8 };

static bool map_xlat_icmp_unreachable46(u8 code, struct map_xlat_icmp *to)
{
	switch (code) {
	case 2:		/* protocol unreachable: points at Next Header */
		to->type = ICMP6_PARAMETER;
		to->code = 1;
		to->word = MAP_XLAT_ICMP_POINTER;
		to->pointer = 6;
		return true;
	case ICMP4_FRAG_NEEDED:
		to->type = ICMP6_TOO_BIG;
		to->word = MAP_XLAT_ICMP_MTU;
		return true;
	default:
		if (code >= sizeof(unreachable46) ||
		    unreachable46[code] == NONE)
			return false;
		to->type = ICMP6_UNREACHABLE;
		to->code = unreachable46[code];
		return true;
	}
}

/* Code 2, bad length, has a pointer as code 0 has. */
static bool map_xlat_icmp_parameter46(u8 code, u8 pointer,
				      struct map_xlat_icmp *to)
{
	if ((code != 0 && code != 2) || pointer >= HEADER4 ||
	    pointer46[pointer] == NONE)
		return false;
	to->type = ICMP6_PARAMETER;
	to->word = MAP_XLAT_ICMP_POINTER;
	to->pointer = pointer46[pointer];
	return true;
}

/**
 * map_xlat_icmp46() - what an ICMP message becomes
 * @type: ICMP type
 * @code: ICMP code
 * @pointer: of a Parameter Problem
 * @to: set to the ICMPv6 message
 *
 * RFC 7915, section 4.2.
 *
 * Return: false where the message is to be dropped.
 */
bool map_xlat_icmp46(u8 type, u8 code, u8 pointer, struct map_xlat_icmp *to)
{
	*to = (struct map_xlat_icmp){ .code = 0 };
	switch (type) {
	case ICMP4_ECHO:
		to->type = ICMP6_ECHO;
		to->code = code;
		return true;
	case ICMP4_ECHO_REPLY:
		to->type = ICMP6_ECHO_REPLY;
		to->code = code;
		return true;
	case ICMP4_UNREACHABLE:
		return map_xlat_icmp_unreachable46(code, to);
	case ICMP4_TIME_EXCEEDED:
		to->type = ICMP6_TIME_EXCEEDED;
		to->code = code;
		return true;
	case ICMP4_PARAMETER:
		return map_xlat_icmp_parameter46(code, pointer, to);
	default:
		return false;
	}
}

static bool map_xlat_icmp_pointer64(u32 pointer, u8 *to)
{
	if (pointer < sizeof(pointer64)) {
		*to = pointer64[pointer];
		return *to != NONE;
	}
	*to = pointer < 24 ? 12 : 16;
	return pointer < HEADER6;
}

static bool map_xlat_icmp_parameter64(u8 code, u32 pointer,
				      struct map_xlat_icmp *to)
{
	if (code == 1) {	/* unrecognized next header */
		to->type = ICMP4_UNREACHABLE;
		to->code = 2;
		return true;
	}
	if (code != 0 || !map_xlat_icmp_pointer64(pointer, &to->pointer))
		return false;
	to->type = ICMP4_PARAMETER;
	to->word = MAP_XLAT_ICMP_POINTER;
	return true;
}

/**
 * map_xlat_icmp64() - what an ICMPv6 message becomes
 * @type: ICMPv6 type
 * @code: ICMPv6 code
 * @pointer: of a Parameter Problem
 * @to: set to the ICMP message
 *
 * RFC 7915, section 5.2.
 *
 * Return: false where the message is to be dropped.
 */
bool map_xlat_icmp64(u8 type, u8 code, u32 pointer, struct map_xlat_icmp *to)
{
	*to = (struct map_xlat_icmp){ .code = 0 };
	switch (type) {
	case ICMP6_ECHO:
		to->type = ICMP4_ECHO;
		to->code = code;
		return true;
	case ICMP6_ECHO_REPLY:
		to->type = ICMP4_ECHO_REPLY;
		to->code = code;
		return true;
	case ICMP6_UNREACHABLE:
		if (code >= sizeof(unreachable64))
			return false;
		to->type = ICMP4_UNREACHABLE;
		to->code = unreachable64[code];
		return true;
	case ICMP6_TOO_BIG:
		to->type = ICMP4_UNREACHABLE;
		to->code = ICMP4_FRAG_NEEDED;
		to->word = MAP_XLAT_ICMP_MTU;
		return true;
	case ICMP6_TIME_EXCEEDED:
		to->type = ICMP4_TIME_EXCEEDED;
		to->code = code;
		return true;
	case ICMP6_PARAMETER:
		return map_xlat_icmp_parameter64(code, pointer, to);
	default:
		return false;
	}
}

static u32 map_xlat_icmp_least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* RFC 1191, section 7.1: what a path's MTU is likely to be, given a packet that
 * was too long for it.
 */
static u32 map_xlat_icmp_plateau(u32 len)
{
	static const u32 plateaus[] = { 65535, 32000, 17914, 8166, 4352, 2002,
					1492, 0 };
	const u32 *plateau = plateaus;

	while (*plateau >= len && *plateau)
		plateau++;
	return *plateau ?: MIN_MTU6;
}

/**
 * map_xlat_mtu46() - MTU of the Packet Too Big that "fragmentation needed" is
 * @mtu: MTU in the ICMP error
 * @len: Total Length of the packet in it
 * @ipv4_mtu: MTU of the next hop on the IPv4 side
 * @ipv6_mtu: MTU of the next hop on the IPv6 side
 *
 * RFC 7915, section 4.2. Where a router of before RFC 1191 tells no MTU, a
 * plateau stands for it, which is included as it is.
 *
 * Return: MTU for IPv6 packets in bytes, 1280 at least.
 */
u32 map_xlat_mtu46(u32 mtu, u32 len, u32 ipv4_mtu, u32 ipv6_mtu)
{
	u32 path = mtu ? mtu + HEADER6 - HEADER4 : map_xlat_icmp_plateau(len);

	path = map_xlat_icmp_least(path,
				   map_xlat_icmp_least(ipv6_mtu, ipv4_mtu + HEADER6 - HEADER4));
	return path < MIN_MTU6 ? MIN_MTU6 : path;
}

/**
 * map_xlat_mtu64() - MTU of the "fragmentation needed" that Packet Too Big is
 * @mtu: MTU in the ICMPv6 error
 * @fragment: the packet in it has a Fragment Header, which IPv4 spares
 * @ipv4_mtu: MTU of the next hop on the IPv4 side
 * @ipv6_mtu: MTU of the next hop on the IPv6 side
 *
 * RFC 7915, section 5.2.
 *
 * Return: MTU for IPv4 packets in bytes, 68 at least (RFC 791).
 */
u32 map_xlat_mtu64(u32 mtu, bool fragment, u32 ipv4_mtu, u32 ipv6_mtu)
{
	u32 path = map_xlat_icmp_least(mtu, ipv6_mtu);
	u32 less = HEADER6 - HEADER4 + (fragment ? FRAGMENT6 : 0);

	path = path > less + 68 ? path - less : 68;
	return map_xlat_icmp_least(path, ipv4_mtu);
}
