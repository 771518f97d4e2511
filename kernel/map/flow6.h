/* SPDX-License-Identifier: GPL-2.0 */
/* What translation needs to know of an IPv6 packet. */
#ifndef _MAP_FLOW6_H
#define _MAP_FLOW6_H

#include <linux/in6.h>
#include <linux/skbuff.h>
#include <linux/types.h>

/**
 * struct map_flow6 - an IPv6 packet
 * @saddr: source address
 * @daddr: destination address
 * @len: length of the packet by its header
 * @transport: offset of what follows the extension headers, from the header
 * @pointer: offset of a routing header's Segments Left field
 * @id: identification, where there is a fragment header
 * @largest: of a packet that was put together: length of the data of its
 *	longest fragment, in bytes
 * @offset: of a fragment, in bytes
 * @sport: source port or ICMPv6 identifier. Of an ICMPv6 error: the
 *	destination port of the packet in it, as in struct map_flow
 * @dport: destination port or ICMPv6 identifier. Of an ICMPv6 error: the
 *	source port of the packet in it
 * @proto: protocol number of what follows the extension headers
 * @tclass: traffic class
 * @hop_limit: hop limit
 * @icmp_type: ICMPv6 type
 * @has_ports: @sport and @dport are known
 * @has_frag: there is a fragment header
 * @fragment: one part of several
 * @more: a fragment that is not the last
 * @later: a fragment after the first
 * @icmp_error: ICMPv6 error
 */
struct map_flow6 {
	struct in6_addr saddr;
	struct in6_addr daddr;
	u32 len;
	u32 transport;
	u32 pointer;
	u32 id;
	u32 largest;
	u16 offset;
	u16 sport;
	u16 dport;
	u8 proto;
	u8 tclass;
	u8 hop_limit;
	u8 icmp_type;
	bool has_ports;
	bool has_frag;
	bool fragment;
	bool more;
	bool later;
	bool icmp_error;
};

int map_flow6_parse(const struct sk_buff *skb, struct map_flow6 *flow);
int map_flow6_parse_embedded(const struct sk_buff *skb, unsigned int offset,
			     unsigned int end, struct map_flow6 *flow);

#endif /* _MAP_FLOW6_H */
