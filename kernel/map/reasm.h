/* SPDX-License-Identifier: GPL-2.0 */
/* Reassembly of IPv4 and IPv6 fragments, with a budget of its own. */
#ifndef _MAP_REASM_H
#define _MAP_REASM_H

#include <linux/skbuff.h>
#include <net/inet_frag.h>

struct map_dev;

/**
 * struct map_reasm_part - what the header of one fragment says
 * @key: fragments with the same key belong to the same packet; iif is the
 *	device's index
 * @hlen: length of what stands in front of the fragment's data, in bytes
 * @room: length of the longest data that a packet with such a header can have
 * @offset: place of the data in the packet, in bytes
 * @more: it is not the last fragment
 * @df: IPv4: don't fragment
 * @counts: IPv4: the source is one host, whose identifications come round
 *	(see map_reasm())
 * @dsfield: type of service or traffic class
 */
struct map_reasm_part {
	struct frag_v6_compare_key key;
	u32 hlen;
	u32 room;
	u32 offset;
	bool more;
	bool df;
	bool counts;
	u8 dsfield;
};

/**
 * struct map_reasm_whole - what is known of a packet that was put together
 * @len: length of its data, in bytes
 * @largest: length of the data of its longest fragment
 * @df: the longest fragment had don't fragment set
 * @ecn: bits to be set in its type of service or traffic class
 */
struct map_reasm_whole {
	u32 len;
	u32 largest;
	bool df;
	u8 ecn;
};

int map_reasm(struct map_dev *map, struct sk_buff *skb,
	      const struct map_reasm_part *part, bool rx,
	      struct map_reasm_whole *whole);
int map_reasm_init(void);
void map_reasm_exit(void);

#endif /* _MAP_REASM_H */
