/* SPDX-License-Identifier: GPL-2.0 */
/* What the packet path needs to know of an IPv4 packet. */
#ifndef _MAP_FLOW_H
#define _MAP_FLOW_H

#include <linux/skbuff.h>
#include <linux/types.h>

/* Length of a DCCP header without what is optional, and where its checksum is
 * (RFC 4340, section 5.1). Newer kernels have no DCCP, and no header for it.
 */
#define MAP_DCCP_LEN 12
#define MAP_DCCP_CHECKSUM 6

/**
 * struct map_flow - an IPv4 packet, as rules see it
 * @saddr: source address
 * @daddr: destination address
 * @inner_saddr: of an ICMP error: source of the packet it complains about
 * @inner_daddr: of an ICMP error: destination of the packet in it
 * @sport: source port or ICMP identifier. Of an ICMP error: the destination
 *	port of the packet in it, which is the port of who reports
 * @dport: destination port or ICMP identifier. Of an ICMP error: the source
 *	port of the packet in it, which is the port of who is told
 * @len: length of the packet by its header
 * @proto: protocol number
 * @tos: type of service
 * @has_ports: @sport and @dport are known
 * @fragment: one part of a packet
 * @later: a fragment after the first, ports are elsewhere
 * @df: don't fragment
 * @icmp_error: ICMP error with a packet in it
 * @redirect: ICMP redirect
 */
struct map_flow {
	__be32 saddr;
	__be32 daddr;
	__be32 inner_saddr;
	__be32 inner_daddr;
	u16 sport;
	u16 dport;
	u32 len;
	u8 proto;
	u8 tos;
	bool has_ports;
	bool fragment;
	bool later;
	bool df;
	bool icmp_error;
	bool redirect;
};

bool map_flow_parse(const struct sk_buff *skb, unsigned int offset,
		    struct map_flow *flow);
bool map_flow_parse_partial(const struct sk_buff *skb, unsigned int offset,
			    struct map_flow *flow);
bool map_flow_sum_ok(struct sk_buff *skb, unsigned int transport);
bool map_flow_trim(struct sk_buff *skb, const struct map_flow *flow);
u32 map_flow_hash(const struct map_flow *flow);

#endif /* _MAP_FLOW_H */
