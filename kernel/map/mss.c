// SPDX-License-Identifier: GPL-2.0

#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/tcp.h>

#include "compat.h"
#include "mss.h"

/* Offset of the MSS value from the TCP header, or 0 where there is none. */
static unsigned int map_mss_find(const struct tcphdr *th)
{
	const u8 *opt = (const u8 *)th;
	unsigned int end = th->doff * 4;
	unsigned int i = sizeof(*th);

	while (i + TCPOLEN_MSS <= end) {
		if (opt[i] == TCPOPT_EOL)
			return 0;
		if (opt[i] == TCPOPT_NOP) {
			i++;
			continue;
		}
		if (opt[i] == TCPOPT_MSS && opt[i + 1] == TCPOLEN_MSS)
			return i + 2;
		if (opt[i + 1] < 2)
			return 0;
		i += opt[i + 1];
	}
	return 0;
}

static const struct tcphdr *map_mss_syn(const struct sk_buff *skb,
					struct tcphdr *buf)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th;

	if (iph->protocol != IPPROTO_TCP || iph->frag_off & htons(IP_OFFSET))
		return NULL;
	th = skb_header_pointer(skb, iph->ihl * 4, sizeof(*buf), buf);
	return th && th->syn ? th : NULL;
}

/**
 * map_mss_is_syn - has a packet an MSS that may have to be lowered?
 * @skb: an IPv4 packet; skb->data is its header, which is in the linear part
 *
 * Spares those that ask before they find out the MTU.
 *
 * Return: true for a TCP SYN.
 */
bool map_mss_is_syn(const struct sk_buff *skb)
{
	struct tcphdr buf;

	return map_mss_syn(skb, &buf);
}

/* The TCP header of a SYN, with all options in the linear part. The data may
 * move: pointers into the packet from before are invalid.
 */
static struct tcphdr *map_mss_syn_header(struct sk_buff *skb)
{
	const struct tcphdr *th;
	struct tcphdr buf;
	unsigned int end;

	th = map_mss_syn(skb, &buf);
	if (!th || th->doff * 4 <= sizeof(*th))
		return NULL;
	end = ip_hdrlen(skb) + th->doff * 4;
	if (end > skb->len || skb_ensure_writable(skb, end))
		return NULL;
	return (struct tcphdr *)(skb->data + ip_hdrlen(skb));
}

/**
 * map_mss_clamp - lower the MSS of a TCP SYN to what the tunnel carries
 * @skb: an IPv4 packet; skb->data is its header, which is in the linear part
 * @mtu: largest IPv4 packet, in bytes
 *
 * The option is never added and never raised.
 *
 * Return: true when the packet was changed.
 */
bool map_mss_clamp(struct sk_buff *skb, u32 mtu)
{
	u16 most = mtu - sizeof(struct iphdr) - sizeof(struct tcphdr);
	unsigned int offset;
	struct tcphdr *th;
	u16 mss;

	th = map_mss_syn_header(skb);
	if (!th)
		return false;
	offset = map_mss_find(th);
	if (!offset)
		return false;

	mss = get_unaligned_be16((u8 *)th + offset);
	if (mss <= most)
		return false;

	/* At an odd offset the checksum covers the bytes of the value swapped.
	 */
	put_unaligned_be16(most, (u8 *)th + offset);
	if (offset & 1)
		inet_proto_csum_replace2(&th->check, skb, htons(swab16(mss)),
					 htons(swab16(most)), false);
	else
		inet_proto_csum_replace2(&th->check, skb, htons(mss),
					 htons(most), false);
	return true;
}
