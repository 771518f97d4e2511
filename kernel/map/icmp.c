// SPDX-License-Identifier: GPL-2.0

#include <linux/icmpv6.h>
#include <net/icmp.h>
#include <net/route.h>

#include "icmp.h"

/* A forwarded packet has an input device and a route. A packet of a local
 * socket has no input device.
 */
static bool map_icmp_was_forwarded(const struct sk_buff *skb)
{
	return skb->skb_iif && skb_dst(skb);
}

/**
 * map_icmp_send - tell the sender of an IPv4 packet what is wrong with it
 * @skb: the packet, which is not shared; skb->data is its header
 * @type: ICMP type
 * @code: ICMP code
 * @info: the error's second word, host byte order
 *
 * The packet is quoted as it came, with the TTL that the stack decremented on
 * the way to the device (RFC 1812, section 4.3.2.3).
 *
 * Context: transmit path.
 */
void map_icmp_send(struct sk_buff *skb, u8 type, u8 code, u32 info)
{
	struct iphdr *iph;
	__be16 was;

	if (map_icmp_was_forwarded(skb) && ip_hdr(skb)->ttl < 255 &&
	    !skb_ensure_writable(skb, sizeof(*iph))) {
		iph = ip_hdr(skb);
		was = htons(iph->ttl << 8);
		iph->ttl++;
		csum_replace2(&iph->check, was, htons(iph->ttl << 8));
	}
	icmp_ndo_send(skb, type, code, htonl(info));
}

/**
 * map_icmp_send6 - tell the sender of an IPv6 packet what is wrong with it
 * @skb: the packet, which is not shared; skb->data is its header
 * @type: ICMPv6 type
 * @code: ICMPv6 code
 * @info: the error's second word, host byte order
 *
 * Quotes it as it came, as map_icmp_send() does.
 *
 * Context: transmit path.
 */
void map_icmp_send6(struct sk_buff *skb, u8 type, u8 code, u32 info)
{
	if (map_icmp_was_forwarded(skb) && ipv6_hdr(skb)->hop_limit < 255 &&
	    !skb_ensure_writable(skb, sizeof(struct ipv6hdr)))
		ipv6_hdr(skb)->hop_limit++;
	icmpv6_ndo_send(skb, type, code, info);
}
