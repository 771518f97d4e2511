// SPDX-License-Identifier: GPL-2.0

#include <linux/etherdevice.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <uapi/linux/ipsec_tcp.h>

#include "compat.h"
#include "wire.h"

/* Message, headers and inner packet begin at multiples of four: some machines
 * trap otherwise. NET_IP_ALIGN is 0 on machines whose devices cannot do that,
 * which does not matter here.
 */
#define WIRE_ROOM		(NET_SKB_PAD + ETH_HLEN + 2 + \
				 sizeof(struct ipv6hdr) + \
				 sizeof(struct udphdr))

/* The linear part of a message, in bytes. The linear part of a longer one is
 * WIRE_LINEAR_HEAD bytes, and the rest is in pages: a linear skb of more than
 * 16 KiB needs four or more contiguous pages, which are hard to get in softirq.
 */
#define WIRE_LINEAR_MAX	(SKB_WITH_OVERHEAD(16384 - NET_SKB_PAD) - \
				 WIRE_ROOM)
#define WIRE_LINEAR_HEAD	256

const u8 ipsec_tcp_prefix[IPSEC_TCP_PREFIX_LEN] = {
	'I', 'K', 'E', 'T', 'C', 'P',
};

/**
 * ipsec_tcp_wire_frame - put the Length field before a message
 * @skb: the message (RFC 9329, section 3), with headroom that belongs to @skb
 *	alone
 *
 * Return: false if it is longer than a message can be.
 */
bool ipsec_tcp_wire_frame(struct sk_buff *skb)
{
	void *length;

	if (skb->len > IPSEC_TCP_MAX_PAYLOAD)
		return false;
	length = skb_push(skb, IPSEC_TCP_LENGTH_SIZE);
	put_unaligned_be16(skb->len, length);
	return true;
}

/**
 * ipsec_tcp_wire_alloc - an skb for a message
 * @len: bytes of the message
 *
 * Return: an empty skb with room for headers, or NULL.
 */
struct sk_buff *ipsec_tcp_wire_alloc(u32 len)
{
	struct sk_buff *skb;

	BUILD_BUG_ON(WIRE_ROOM % 4);
	if (len > WIRE_LINEAR_MAX)
		len = WIRE_LINEAR_HEAD;
	skb = __netdev_alloc_skb(NULL, WIRE_ROOM + len,
				 GFP_ATOMIC | __GFP_NOWARN);
	if (skb)
		skb_reserve(skb, WIRE_ROOM);
	return skb;
}

/* Append to the last page, or to a new one. Returns the number of bytes, or 0
 * if memory is short.
 */
static u32 ipsec_tcp_wire_append_page(struct sk_buff *skb, const void *data,
				      u32 len)
{
	int last = skb_shinfo(skb)->nr_frags - 1;
	skb_frag_t *frag = &skb_shinfo(skb)->frags[last];
	u32 used = last < 0 ? PAGE_SIZE : skb_frag_size(frag);
	struct page *page;

	if (used == PAGE_SIZE) {
		page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
		if (!page)
			return 0;
		frag = &skb_shinfo(skb)->frags[last + 1];
		skb_add_rx_frag(skb, last + 1, page, 0, 0, PAGE_SIZE);
		used = 0;
	}
	len = min_t(u32, len, PAGE_SIZE - used);
	memcpy(skb_frag_address(frag) + used, data, len);
	skb_frag_size_add(frag, len);
	skb->len += len;
	skb->data_len += len;
	return len;
}

/**
 * ipsec_tcp_wire_append - append bytes to a message
 * @skb: from ipsec_tcp_wire_alloc(); its memory is not shared
 * @data: the next bytes
 * @len: their number; in total not more than was announced
 *
 * Return: false if memory is short.
 */
bool ipsec_tcp_wire_append(struct sk_buff *skb, const void *data, u32 len)
{
	u32 part = min_t(u32, len, skb_tailroom(skb));

	if (part)
		skb_put_data(skb, data, part);
	for (data += part, len -= part; len; data += part, len -= part) {
		part = ipsec_tcp_wire_append_page(skb, data, len);
		if (!part)
			return false;
	}
	return true;
}
