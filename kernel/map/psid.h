/* SPDX-License-Identifier: GPL-2.0 */
/* Port sets: which ports of a shared IPv4 address belong to a PSID
 * (RFC 7597, section 5.1 and appendix B). Pure arithmetic, used by the kernel,
 * by mapctl and by the tests. Ports are in host byte order.
 */
#ifndef _MAP_PSID_H
#define _MAP_PSID_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "pure.h"
#endif

/**
 * struct map_port_set - the ports of one PSID
 * @psid: Port Set Identifier, right-aligned
 * @offset: number of offset bits, "a" in RFC 7597; 0..16
 * @len: number of PSID bits, "k"; 0..16, with @offset + @len <= 16
 *
 * With @len 0 the address is not shared, and the set is all ports: no offset
 * applies (RFC 7597, appendix A, example 4).
 */
struct map_port_set {
	u16 psid;
	u8 offset;
	u8 len;
};

/**
 * struct map_port_range - ports that follow each other, both ends included
 * @first: first port
 * @last: last port
 */
struct map_port_range {
	u16 first;
	u16 last;
};

u16 map_port_psid(u8 offset, u8 len, u16 port);
bool map_port_excluded(u8 offset, u8 len, u16 port);
bool map_port_set_has(const struct map_port_set *set, u16 port);
u32 map_port_set_size(const struct map_port_set *set);
u16 map_port_set_nth(const struct map_port_set *set, u32 n);
u32 map_port_set_index(const struct map_port_set *set, u16 port);
u32 map_port_set_below(const struct map_port_set *set, u16 port);
u32 map_port_set_ranges(const struct map_port_set *set);
struct map_port_range map_port_set_range(const struct map_port_set *set,
					 u32 n);

#endif /* _MAP_PSID_H */
