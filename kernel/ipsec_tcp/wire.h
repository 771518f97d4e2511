/* SPDX-License-Identifier: GPL-2.0 */
/* The format of messages in a stream (RFC 9329, sections 3 and 4). */
#ifndef _IPSEC_TCP_WIRE_H
#define _IPSEC_TCP_WIRE_H

#include <linux/types.h>

struct sk_buff;

/* The stream prefix, IKETCP. */
#define IPSEC_TCP_PREFIX_LEN	6
extern const u8 ipsec_tcp_prefix[IPSEC_TCP_PREFIX_LEN];

/* The Length field, which counts itself. */
#define IPSEC_TCP_LENGTH_SIZE	2

/* The non-ESP marker, and the SPI. */
#define IPSEC_TCP_MARKER_LEN	4

/* SPI and sequence number (RFC 4303, section 2). */
#define IPSEC_TCP_ESP_MIN	8

bool ipsec_tcp_wire_frame(struct sk_buff *skb);
struct sk_buff *ipsec_tcp_wire_alloc(u32 len);
bool ipsec_tcp_wire_append(struct sk_buff *skb, const void *data, u32 len);

#endif /* _IPSEC_TCP_WIRE_H */
